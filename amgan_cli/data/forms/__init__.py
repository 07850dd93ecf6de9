"""One module a form of data set: files in, a Table of photos and labels in words out."""
