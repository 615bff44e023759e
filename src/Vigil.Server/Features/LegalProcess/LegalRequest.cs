using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>Who asks for what, as it was written. Kept sealed.</summary>
internal sealed record LegalIntake
{
    /// <summary>The office, as "Example Police, unit 4".</summary>
    public string Authority { get; init; } = "";

    /// <summary>Their own number of it.</summary>
    public string Reference { get; init; } = "";

    /// <summary>What they ask for, in words.</summary>
    public string Statement { get; init; } = "";
    public LegalContact Contact { get; init; } = new();

    public override string ToString() => nameof(LegalIntake);
}

/// <summary>Whom the request names; never called under what it says of itself.</summary>
internal sealed record LegalContact
{
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? Email { get; init; }

    public override string ToString() => nameof(LegalContact);
}

/// <summary>A request's row; what is sealed, still sealed.</summary>
internal sealed class LegalRequest
{
    public const string Columns = """
        id, kind, state, state_since, owner, country, reference_digest, duplicate_of, intake, received_at, recorded_at,
        recorded_by, deadline, range_from, range_to, is_secret, secret_until, hold_until,
        recipient_key, released, asked_by, approved_by, approved_at, package_sha256, package_bytes, package_gone_at,
        failed_because, key_by, void_at, void_because
        """;

    public Guid Id { get; init; }
    public LegalKind Kind { get; init; }
    public LegalState State { get; init; }
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Who has to act next; empty: nobody, it is over.</summary>
    public string Owner { get; init; } = "";

    /// <summary>ISO 3166 code of the authority.</summary>
    public string Country { get; init; } = "";
    public byte[] ReferenceDigest { get; init; } = [];

    /// <summary>The first request of the same authority and reference.</summary>
    public Guid? DuplicateOf { get; init; }
    public byte[] Intake { get; init; } = [];
    public DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string RecordedBy { get; init; } = "";
    public DateTimeOffset Deadline { get; init; }

    /// <summary>Contents of this time only; null: no bound.</summary>
    public DateTimeOffset? RangeFrom { get; init; }
    public DateTimeOffset? RangeTo { get; init; }

    /// <summary>The user must not be told.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Null: until somebody says that it is over.</summary>
    public DateTimeOffset? SecretUntil { get; init; }

    /// <summary>Its holds end by themselves then; null: when it is over.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>X25519, 32 bytes, confirmed in the call-back.</summary>
    public byte[]? RecipientKey { get; init; }

    /// <summary>Who recorded it; null: before that was kept.</summary>
    public string? KeyBy { get; init; }

    /// <summary>Sealed <see cref="ReleasePlan"/>.</summary>
    public byte[]? Released { get; init; }
    public string? AskedBy { get; init; }

    /// <summary>What waited for a second person was made void then; null: it was not, or was asked for again.</summary>
    public DateTimeOffset? VoidAt { get; init; }
    public AskVoid? VoidBecause { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public byte[]? PackageSha256 { get; init; }
    public long? PackageBytes { get; init; }
    public DateTimeOffset? PackageGoneAt { get; init; }

    /// <summary>Why the last package could not be made.</summary>
    public string? FailedBecause { get; init; }

    /// <summary>Contents that go out of here are under a hold of this kind.</summary>
    public HoldKind? HoldKind =>
        Kind switch
        {
            LegalKind.PreservationLetter or LegalKind.Emergency => Trust.HoldKind.LawEnforcement,
            LegalKind.Warrant or LegalKind.CourtOrder => Trust.HoldKind.Legal,
            _ => null,
        };

    public bool MayRelease => Kind is LegalKind.Warrant or LegalKind.CourtOrder or LegalKind.Emergency;

    public static Task<LegalRequest?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<LegalRequest>(
            $"select {Columns} from legal_request where tenant = @tenant and id = @id",
            new { id }
        );

    /// <summary>Held until the end of the transaction.</summary>
    /// <exception cref="ProblemException">None of this id.</exception>
    public static async Task<LegalRequest> RequireAsync(Tx tx, Guid id) =>
        await tx.FindAsync<LegalRequest>(
            $"select {Columns} from legal_request where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        ) ?? throw ProblemException.NotFound("There is no request of this id.");

    /// <summary>What was asked for, as it was asked for.</summary>
    /// <exception cref="ProblemException">Nothing was, or it is void.</exception>
    public ReleasePlan PlanOf(Tx tx) =>
        Released is { } plan ? LegalSecrets.Open<ReleasePlan>(tx, plan, Id)
        : VoidBecause is { } because
            ? throw ProblemException.Conflict(
                "nothing_requested",
                $"What was asked for is void: {WaitingAsk.TextOf(because)}. Read the page, and have it asked for again."
            )
        : throw ProblemException.Conflict("nothing_requested", "Nobody asked for it.");

    public LegalIntake IntakeOf(Tx tx) => LegalSecrets.Open<LegalIntake>(tx, Intake, Id);

    /// <summary>The only way to another state. The caller records the act.</summary>
    /// <exception cref="ProblemException">This state does not follow.</exception>
    public async Task MoveAsync(Tx tx, LegalState to)
    {
        if (!LegalMoves.May(State, to))
        {
            throw ProblemException.Conflict(
                "wrong_state",
                $"A request that is {Words.Of(State)} does not become {Words.Of(to)}."
            );
        }
        await tx.ExecuteAsync(
            """
            update legal_request set state = @to, state_since = @now, owner = @owner
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = Id,
                to = to.ToString(),
                now = tx.Now,
                owner = LegalMoves.OwnerOf(to),
            }
        );
        if (!LegalMoves.IsWaiting(to))
        {
            await tx.ClearAlarmAsync(WatchClocks.DueSoon, Id.ToString());
            await tx.ClearAlarmAsync(WatchClocks.Overdue, Id.ToString());
        }
        else if (State == LegalState.Released)
        {
            // Asked again after an answer: a time of its own, with alarms of its own.
            await tx.ExecuteAsync(
                """
                update legal_request set warned_at = null, overdue_at = null, deadline = @deadline
                where tenant = @tenant and id = @id
                """,
                new { id = Id, deadline = tx.Now + LegalLimits.TimeFor(Kind) }
            );
        }
    }

    /// <summary>A reason stands in the ledger, which names nobody.</summary>
    /// <exception cref="ProblemException">It names the contact, or an account of the scope.</exception>
    public async Task<string> ReasonAsync(Tx tx, string? reason)
    {
        var text = Given.Required(reason, LegalLimits.ReasonCharacters, "reason");
        var contact = IntakeOf(tx).Contact;
        var names = (await ScopeEntry.OfAsync(tx, Id))
            .Where(entry => entry.Kind == ScopeKind.Account)
            .Select(entry => entry.ValueOf(tx))
            .Concat([contact.Name, contact.Phone, contact.Email]);
        return names.Any(name =>
            name is { Length: >= 3 } && text.Contains(name, StringComparison.OrdinalIgnoreCase)
        )
            ? throw ProblemException.BadRequest(
                "reason_names_somebody",
                "The reason stands in the ledger, which names no person and no account: say why without them."
            )
            : text;
    }

    public LedgerAct Act(string action, string? reason, params (string Name, string Value)[] facts) =>
        new(action, Id.ToString())
        {
            Reason = reason,
            Facts = facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
        };
}
