namespace Vigil.Trust;

/// <summary>
/// Raised in the signed act that ends the time of a filed report's record: who keeps the authority's reference, the
/// receipt and what was sent destroys them in the same transaction.
/// </summary>
/// <param name="ReportId">As it was filed.</param>
public sealed record RecordDue(string ReportId);
