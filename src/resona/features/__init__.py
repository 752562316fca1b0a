"""What can be computed of a signal? MFCC matrices and descriptors: pure functions on arrays; no files, no stores."""
