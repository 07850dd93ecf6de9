"""A garment in another colour: what of it is cloth, what stays, and the new shade."""
