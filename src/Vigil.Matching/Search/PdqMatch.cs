namespace Vigil.Matching.Search;

/// <summary>One entry whose hash lies within the radius of one query.</summary>
/// <param name="Query">Index of the query in its batch; 0 where there is one only.</param>
/// <param name="Posting">Which entry.</param>
/// <param name="DistanceBits">0 to 63.</param>
public readonly record struct PdqMatch(int Query, Posting Posting, int DistanceBits);
