"""Routes under /api/v1, a file per noun; each says who may, calls one function and shows the answer."""
