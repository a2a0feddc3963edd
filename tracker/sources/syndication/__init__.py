"""How bytes become the entries of a feed: charset, two XML readers with one answer, JSON Feed, and the cleaning."""
