"""Signal → features: MFCC matrices and descriptors. Pure functions on arrays; no files, no stores."""
