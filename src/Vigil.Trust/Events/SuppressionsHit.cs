namespace Vigil.Trust;

/// <summary>
/// Raised by scanning, in any transaction of its own: suppressions kept matches quiet this often since the last
/// time. Lists count them, so that a suppression that hides much is seen.
/// </summary>
public sealed record SuppressionsHit(IReadOnlyList<SuppressionHit> Hits);

/// <param name="SuppressionId">Of <c>scan_suppression</c>.</param>
/// <param name="Count">Matches that it kept quiet.</param>
/// <param name="Sampled">Of these, how many went to review all the same, one in every <c>sample_every</c>.</param>
public readonly record struct SuppressionHit(Guid SuppressionId, long Count, long Sampled);
