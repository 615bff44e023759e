using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing;

/// <summary>What may be known of a content without opening it.</summary>
public sealed class ContentRow
{
    private const string Columns =
        "id, case_ref, item_id, kind, bytes, sha256_digest, state, sealed_at, is_sample";

    public Guid Id { get; init; }
    public string CaseRef { get; init; } = "";
    public Guid? ItemId { get; init; }
    public string Kind { get; init; } = "";
    public long Bytes { get; init; }
    public byte[] Sha256Digest { get; init; } = [];
    public string State { get; init; } = "";
    public DateTimeOffset SealedAt { get; init; }
    public bool IsSample { get; init; }

    public bool IsVideo => string.Equals(Kind, "video", StringComparison.OrdinalIgnoreCase);

    /// <summary>Neither picture nor video by its first bytes: nothing here shows it.</summary>
    public bool IsOther => string.Equals(Kind, "other", StringComparison.OrdinalIgnoreCase);
    public bool IsThere => State == "Sealed";

    /// <exception cref="ProblemException">None: the same words for another's, for one of a case that is not for
    /// this actor, and for one that never was.</exception>
    public static async Task<ContentRow> RequireAsync(Tx tx, Guid id)
    {
        var row = await tx.FindAsync<ContentRow>(
            $"select {Columns} from content_overview where tenant = @tenant and id = @id",
            new { id }
        );
        return row is not null && await tx.MaySeeCaseAsync(row.CaseRef)
            ? row
            : throw ProblemException.NotFound("There is no such content.");
    }

    /// <summary>Of a case, the oldest first.</summary>
    public static Task<IReadOnlyList<ContentRow>> OfCaseAsync(Tx tx, string caseRef) =>
        tx.QueryAsync<ContentRow>(
            $"""
            select {Columns} from content_overview
            where tenant = @tenant and case_ref = @caseRef order by sealed_at, id limit 1000
            """,
            new { caseRef }
        );
}
