using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>A filed report's record in facts: why it is kept, until when.</summary>
/// <param name="Source">The law that asks for it, in words.</param>
/// <param name="CheckedOn">When that was looked up; null: it is not known here any more.</param>
/// <param name="KeepUntil">By the law alone.</param>
/// <param name="DueAt">When nothing keeps it any more; null: a hold does that has no end yet.</param>
public sealed record HeldRecord(
    string ReportId,
    string CaseRef,
    string Jurisdiction,
    string Source,
    DateOnly? CheckedOn,
    DateTimeOffset FiledAt,
    DateTimeOffset KeepUntil,
    DateTimeOffset? DueAt
)
{
    public bool IsOverdueAt(DateTimeOffset now) => DueAt is { } due && now - due > RetentionRule.OverdueAfter;

    internal static HeldRecord Of(RecordRow row, Claims claims)
    {
        var law = KnownJurisdictions.Find(row.Jurisdiction)?.Preservation;
        return new(
            row.ReportId,
            row.CaseRef,
            row.Jurisdiction,
            law?.Source ?? "",
            law?.CheckedOn,
            row.FiledAt,
            row.KeepUntil,
            RetentionRule.DueAt(claims, row.FiledAt)
        );
    }
}
