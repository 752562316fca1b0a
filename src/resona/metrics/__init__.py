"""How is a ranking scored? Pure functions on arrays; nothing here reads a file or knows a model.

======================  ===============================================================================
`metrics.rankings`      does a track's list hold tracks of its genre (or artist)?
`metrics.pairs`         does a similarity tell matching from other pairs?
`metrics.calibration`   is a shown probability true?
`metrics.hubness`       do a few tracks crowd everybody's list?
`metrics.bootstrap`     how sure are we of any of these numbers?
======================  ===============================================================================

Conventions: rows are tracks 0 to n − 1; a distance is lower where tracks are nearer, a similarity higher; a measure
that cannot be measured (no query, only one kind of pair) is nan; a malformed array raises `FeatureError`.
"""
