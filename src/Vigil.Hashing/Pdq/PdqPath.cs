namespace Vigil.Hashing.Pdq;

/// <summary>Which of the two filters a hasher tries; what it answers is the same.</summary>
internal enum PdqPath
{
    /// <summary>The composite one where it pays, that is for small pictures.</summary>
    Automatic,

    /// <summary>The ordered one alone: every operation in the reference's order.</summary>
    Ordered,

    /// <summary>
    /// The composite one wherever its bound is proved, and the ordered one where that does not decide.
    /// </summary>
    CompositeFirst,
}

/// <summary>Which filter answered, of the pictures hashed one by one.</summary>
/// <param name="Composite">The composite filter, within its proven bound.</param>
/// <param name="FellBack">The ordered one, after the composite one had left something undecided.</param>
/// <param name="Ordered">The ordered one at once.</param>
internal readonly record struct PdqPathCounts(long Composite, long FellBack, long Ordered);
