"""The phone's shell, walk pack, forms, manifest, worker."""
