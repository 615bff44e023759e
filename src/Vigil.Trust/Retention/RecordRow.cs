namespace Vigil.Trust.Custody;

/// <summary>A row of record_clock.</summary>
internal sealed class RecordRow
{
    public string ReportId { get; init; } = "";
    public string CaseRef { get; init; } = "";
    public string Jurisdiction { get; init; } = "";
    public DateTimeOffset FiledAt { get; init; }
    public DateTimeOffset KeepUntil { get; init; }
    public DateTimeOffset? DestroyedAt { get; init; }
}
