using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

internal enum ScopeKind
{
    Case,

    /// <summary>The platform's pseudonym, or an address: all its cases, also those that come.</summary>
    Account,
    Content,
}

/// <summary>One thing that a request is about.</summary>
internal sealed class ScopeEntry
{
    public Guid Id { get; init; }
    public Guid RequestId { get; init; }
    public ScopeKind Kind { get; init; }

    /// <summary>Sealed.</summary>
    public byte[] Value { get; init; } = [];
    public DateTimeOffset AddedAt { get; init; }
    public string AddedBy { get; init; } = "";

    public string ValueOf(Tx tx) => LegalSecrets.Open<string>(tx, Value, Id);

    /// <summary>What it is about now, oldest first; bounded.</summary>
    public static Task<IReadOnlyList<ScopeEntry>> OfAsync(Tx tx, Guid requestId) =>
        tx.QueryAsync<ScopeEntry>(
            """
            select id, request_id, kind, value, added_at, added_by from legal_scope
            where tenant = @tenant and request_id = @requestId and removed_at is null
            order by added_at, id limit @most
            """,
            new { requestId, most = LegalLimits.ScopeEntries }
        );
}

/// <summary>A case or content that a request comes to, with its hold.</summary>
internal sealed class LegalTarget
{
    public Guid RequestId { get; init; }
    public string Place { get; init; } = "";
    public string? CaseRef { get; init; }
    public Guid? ContentId { get; init; }

    /// <summary>Null: nothing keeps it because of this request.</summary>
    public Guid? HoldId { get; init; }
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>
    /// All of them, oldest first: also those that came after <see cref="LegalLimits.Targets"/>, so that none is
    /// forgotten when holds are extended or lifted.
    /// </summary>
    public static Task<IReadOnlyList<LegalTarget>> OfAsync(Tx tx, Guid requestId) =>
        tx.QueryAsync<LegalTarget>(
            """
            select request_id, place, case_ref, content_id, hold_id, added_at from legal_target
            where tenant = @tenant and request_id = @requestId order by added_at, place
            """,
            new { requestId }
        );
}
