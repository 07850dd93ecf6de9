"""A folder of unlabelled photos into a data folder that can be looked through and trained on."""
