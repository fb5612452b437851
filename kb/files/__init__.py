"""What all files people bring have in common: encodings, spreadsheets, cells; not what their columns mean."""
