"""The edit of one photo and of folders of them."""
