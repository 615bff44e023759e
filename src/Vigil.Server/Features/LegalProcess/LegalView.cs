using Vigil.Evidence;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>A request in a list: no names, no accounts.</summary>
/// <param name="Owner">Who has to act next; empty: nobody, it is over.</param>
/// <param name="AgeHours">In this state.</param>
/// <param name="Clock">"running", "due_soon", "overdue", or "stopped" where nobody waits.</param>
internal sealed record LegalStatus(
    Guid Id,
    string Kind,
    string State,
    DateTimeOffset StateSince,
    double AgeHours,
    string Owner,
    string Country,
    DateTimeOffset ReceivedAt,
    DateTimeOffset Deadline,
    string Clock,
    bool Nondisclosure,
    Guid? DuplicateOf
)
{
    public static LegalStatus Of(LegalRequest request, DateTimeOffset now) =>
        new(
            request.Id,
            Words.Of(request.Kind),
            Words.Of(request.State),
            request.StateSince,
            Math.Round((now - request.StateSince).TotalHours, 1),
            request.Owner,
            request.Country,
            request.ReceivedAt,
            request.Deadline,
            ClockOf(request, now),
            request.IsSecret && (request.SecretUntil is not { } until || until > now),
            request.DuplicateOf
        );

    private static string ClockOf(LegalRequest request, DateTimeOffset now) =>
        !LegalMoves.IsWaiting(request.State) ? "stopped"
        : now >= request.Deadline ? "overdue"
        : now >= WatchClocks.WarnAt(request) ? "due_soon"
        : "running";
}

internal sealed record LegalList(IReadOnlyList<LegalStatus> Requests, Guid? Next);

internal sealed record ScopeView(Guid Id, string Kind, string Value, DateTimeOffset AddedAt, string AddedBy);

/// <param name="HeldUntil">Null: not held by this request, or until it is over.</param>
internal sealed record TargetView(
    string? CaseRef,
    Guid? ContentId,
    Guid? HoldId,
    bool IsHeld,
    DateTimeOffset? HeldUntil
);

/// <summary>How much a request comes to.</summary>
internal sealed class TargetCount
{
    /// <summary>Cases and contents.</summary>
    public long Here { get; init; }

    /// <summary>Of these, by this request, now.</summary>
    public long Held { get; init; }
}

/// <summary>A content that may be chosen.</summary>
internal sealed record ScopedContent(
    Guid ContentId,
    string CaseRef,
    string Kind,
    long Bytes,
    DateTimeOffset SealedAt,
    bool InRange
);

internal sealed record CallView(
    DateTimeOffset CalledAt,
    string CalledBy,
    string Number,
    string Source,
    string? SpokeWith,
    string Result
);

/// <summary>A request whole, for who handles it.</summary>
/// <param name="Targets">The oldest 1000.</param>
/// <param name="RecipientFingerprint">Of the key that the call-back confirmed; null: none is.</param>
/// <param name="Signer">Public key of this tenant's packages: given to the authority by another way.</param>
internal sealed record LegalView(
    LegalStatus Status,
    LegalIntake Intake,
    string RecordedBy,
    DateTimeOffset? From,
    DateTimeOffset? To,
    DateTimeOffset? NondisclosureUntil,
    DateTimeOffset? HoldUntil,
    string? RecipientFingerprint,
    string Signer,
    IReadOnlyList<LegalStatus> Duplicates,
    IReadOnlyList<ScopeView> Scope,
    TargetCount TargetCount,
    IReadOnlyList<TargetView> Targets,
    IReadOnlyList<CallView> Calls,
    AskedRelease? Asked,
    string? FailedBecause,
    string? PackageSha256,
    long? PackageBytes,
    DateTimeOffset? PackageGoneAt,
    IReadOnlyList<DisclosureLine> Disclosures
)
{
    private const string HeldNow =
        "h.id is not null and h.lifted_at is null and (h.expires_at is null or h.expires_at > @now)";

    public static async Task<LegalView> ReadAsync(Tx tx, Guid id)
    {
        var request =
            await LegalRequest.FindAsync(tx, id)
            ?? throw ProblemException.NotFound("There is no request of this id.");
        return new LegalView(
            LegalStatus.Of(request, tx.Now),
            request.IntakeOf(tx),
            request.RecordedBy,
            request.RangeFrom,
            request.RangeTo,
            request.SecretUntil,
            request.HoldUntil,
            request.RecipientKey is { } key ? RecipientKey.FromBytes(key).Fingerprint : null,
            PackageSigner.VerifierOf(tx),
            await DuplicatesAsync(tx, request),
            [
                .. (await ScopeEntry.OfAsync(tx, id)).Select(entry => new ScopeView(
                    entry.Id,
                    Words.Of(entry.Kind),
                    entry.ValueOf(tx),
                    entry.AddedAt,
                    entry.AddedBy
                )),
            ],
            await CountAsync(tx, id),
            await TargetsAsync(tx, id),
            [.. (await LegalCall.OfAsync(tx, id)).Reverse().Select(call => CallOf(tx, call))],
            await AskedRelease.FindAsync(tx, request),
            request.FailedBecause,
            request.PackageSha256 is { } sha256 ? Convert.ToHexStringLower(sha256) : null,
            request.PackageBytes,
            request.PackageGoneAt,
            await LegalProcess.Disclosures.OfAsync(tx, id)
        );
    }

    public static async Task<LegalList> ListAsync(Tx tx, bool isAll, Guid? before)
    {
        var rows = await tx.QueryAsync<LegalRequest>(
            $"""
            select {LegalRequest.Columns} from legal_request
            where tenant = @tenant and (@isAll or state not in ('Refused', 'Withdrawn', 'Done'))
              and (@isFirst or id < @before)
            order by id desc limit {LegalLimits.Rows}
            """,
            new
            {
                isAll,
                isFirst = before is null,
                before = before ?? Guid.Empty,
            }
        );
        return new LegalList(
            [.. rows.Select(row => LegalStatus.Of(row, tx.Now))],
            rows.Count == LegalLimits.Rows ? rows[^1].Id : null
        );
    }

    /// <summary>Sealed contents of the scope, oldest first; at most as many as a package holds.</summary>
    public static async Task<IReadOnlyList<ScopedContent>> ContentsAsync(Tx tx, Guid id)
    {
        var request =
            await LegalRequest.FindAsync(tx, id)
            ?? throw ProblemException.NotFound("There is no request of this id.");
        var rows = await tx.QueryAsync<ScopedRow>(
            $"""
            select c.id, c.case_ref, c.kind, c.bytes, c.sealed_at from content_overview c
            where c.tenant = @tenant and c.state = 'Sealed' and exists (
                select 1 from legal_target t where t.tenant = @tenant and t.request_id = @id
                  and (t.case_ref = c.case_ref or t.content_id = c.id))
            order by c.id limit {LegalLimits.PackageContents}
            """,
            new { id }
        );
        return
        [
            .. rows.Select(row => new ScopedContent(
                row.Id,
                row.CaseRef,
                row.Kind,
                row.Bytes,
                row.SealedAt,
                !(row.SealedAt < request.RangeFrom) && !(row.SealedAt > request.RangeTo)
            )),
        ];
    }

    private static async Task<IReadOnlyList<LegalStatus>> DuplicatesAsync(Tx tx, LegalRequest request) =>
        [
            .. (
                await tx.QueryAsync<LegalRequest>(
                    $"""
                    select {LegalRequest.Columns} from legal_request
                    where tenant = @tenant and reference_digest = @digest and id <> @id
                    order by recorded_at, id limit {LegalLimits.Rows}
                    """,
                    new { digest = request.ReferenceDigest, id = request.Id }
                )
            ).Select(other => LegalStatus.Of(other, tx.Now)),
        ];

    /// <summary>The oldest; how many there are stands beside.</summary>
    private static async Task<IReadOnlyList<TargetView>> TargetsAsync(Tx tx, Guid id) =>
        [
            .. (
                await tx.QueryAsync<TargetRow>(
                    $"""
                    select t.case_ref, t.content_id, t.hold_id, h.expires_at,
                        case when {HeldNow} then 1 else 0 end as held
                    from legal_target t left join content_hold h on h.tenant = t.tenant and h.id = t.hold_id
                    where t.tenant = @tenant and t.request_id = @id
                    order by t.added_at, t.place limit {LegalLimits.Targets}
                    """,
                    new { id, now = tx.Now }
                )
            ).Select(row => new TargetView(
                row.CaseRef,
                row.ContentId,
                row.HoldId,
                row.Held == 1,
                row.ExpiresAt
            )),
        ];

    private static async Task<TargetCount> CountAsync(Tx tx, Guid id) =>
        (
            await tx.FindAsync<TargetCount>(
                $"""
                select count(*) as here, count(case when {HeldNow} then 1 end) as held
                from legal_target t left join content_hold h on h.tenant = t.tenant and h.id = t.hold_id
                where t.tenant = @tenant and t.request_id = @id
                """,
                new { id, now = tx.Now }
            )
        )!;

    private static CallView CallOf(Tx tx, LegalCall call)
    {
        var details = LegalSecrets.Open<CallDetails>(tx, call.Details, call.Id);
        return new CallView(
            call.CalledAt,
            call.CalledBy,
            details.Number,
            Words.Of(call.Source),
            details.SpokeWith,
            Words.Of(call.Result)
        );
    }

    private sealed class TargetRow
    {
        public string? CaseRef { get; init; }
        public Guid? ContentId { get; init; }
        public Guid? HoldId { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public long Held { get; init; }
    }

    private sealed class ScopedRow
    {
        public Guid Id { get; init; }
        public string CaseRef { get; init; } = "";
        public string Kind { get; init; } = "";
        public long Bytes { get; init; }
        public DateTimeOffset SealedAt { get; init; }
    }
}

/// <summary>What one person asked for, and a second must approve or has approved.</summary>
/// <param name="IsWaiting">For the second person.</param>
internal sealed record AskedRelease(
    bool IsWaiting,
    string AskedBy,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    IReadOnlyList<Guid> Contents,
    bool Facts
)
{
    /// <summary>What the reader has opened of it; null: nothing waits for an approval.</summary>
    public OpenedByApprover? Opened { get; init; }

    public static async Task<AskedRelease?> FindAsync(Tx tx, LegalRequest request)
    {
        if (request.Released is not { } bytes)
        {
            return null;
        }
        var plan = LegalSecrets.Open<ReleasePlan>(tx, bytes, request.Id);
        var isWaiting =
            request.Kind == LegalKind.Destruction
                ? plan.Contents.Count > 0
                    && await SecondPerson.FindAsync(tx, EarlyDestruction.Action, $"{plan.Contents[0]}")
                        is not null
                : await SecondPerson.FindAsync(tx, Release.Action, $"{request.Id}") is not null;
        return new AskedRelease(
            isWaiting,
            request.AskedBy ?? "",
            isWaiting ? null : request.ApprovedBy,
            isWaiting ? null : request.ApprovedAt,
            plan.Contents,
            plan.Facts
        )
        {
            Opened =
                isWaiting && request.Kind != LegalKind.Destruction
                    ? await OpenedByApprover.ReadAsync(
                        tx,
                        plan,
                        await Release.CasesOfAsync(tx, request, plan)
                    )
                    : null,
        };
    }
}
