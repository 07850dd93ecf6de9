"""New sleeves, collars and fastenings: cut, sewn on, or drawn by the network."""
