// Runs before anything is painted, so that what only works with scripts does not flash by.
document.documentElement.classList.add("has-scripts");
