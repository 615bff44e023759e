namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Raised in an approval's transaction: nothing of it leaves before <paramref name="LeavesAt"/>.</summary>
internal sealed record ReportApproved(Guid ReportId, DateTimeOffset LeavesAt);
