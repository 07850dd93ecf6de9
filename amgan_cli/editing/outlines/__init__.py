"""Where a garment ends: what two networks see, brought to the photo's own edges."""
