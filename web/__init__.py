"""Pages for people: Jinja2 templates, htmx, Chinese and English. `mount` puts them on an application."""
