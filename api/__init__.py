"""Who is asking, request and response models, routes, error → status."""
