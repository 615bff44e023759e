using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>POST /v1/legal-process.</summary>
internal sealed record TakenRequest
{
    /// <summary>preservation_letter, warrant, court_order, emergency or destruction.</summary>
    public string? Kind { get; init; }

    /// <summary>The office; sealed.</summary>
    public string? Authority { get; init; }

    /// <summary>ISO 3166-1 alpha-2, of the authority.</summary>
    public string? Country { get; init; }

    /// <summary>Their own number of it; sealed.</summary>
    public string? LegalReference { get; init; }

    /// <summary>What is asked for, in words; of an emergency also who is in danger and how; sealed.</summary>
    public string? Statement { get; init; }

    /// <summary>Whom it names; sealed, and never called under what it says of itself.</summary>
    public LegalContact? Contact { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Left out: this installation's own, by kind.</summary>
    public DateTimeOffset? Deadline { get; init; }
    public IReadOnlyList<ScopeItem>? Scope { get; init; }

    /// <summary>Contents of this time only.</summary>
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>The user must not be told.</summary>
    public bool Nondisclosure { get; init; }

    /// <summary>Left out: until somebody says that it is over.</summary>
    public DateTimeOffset? NondisclosureUntil { get; init; }
}

/// <summary>
/// An authority's request is recorded as it came. What it is about is held in the same transaction: to keep gives
/// nothing away, and what is gone does not come back. Nothing is given before the call-back.
/// </summary>
internal static class TakeRequest
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static async Task<LegalView> RunAsync(Tx tx, TakenRequest wanted)
    {
        var kind = Words.Read<LegalKind>(wanted.Kind, "kind");
        var intake = new LegalIntake
        {
            Authority = Given.Required(wanted.Authority, LegalLimits.NameCharacters, "authority"),
            Reference = Given.Required(wanted.LegalReference, LegalLimits.NameCharacters, "legalReference"),
            Statement = Given.Required(wanted.Statement, LegalLimits.StatementCharacters, "statement"),
            Contact = ContactOf(wanted.Contact),
        };
        var request = RequestOf(tx, kind, wanted);
        var digest = LegalSecrets.ReferenceDigest(tx, request.Country, intake.Authority, intake.Reference);
        await InsertAsync(tx, request, intake, digest);
        var held = await AddScope.AddAsync(tx, request, wanted.Scope ?? []);
        await tx.RecordAsync(
            request.Act(
                "legal.received",
                null,
                ("kind", Words.Of(kind)),
                ("country", request.Country),
                ("held", $"{held}"),
                ("nondisclosure", request.IsSecret ? "yes" : "no")
            ) with
            {
                Secret = $"{intake.Authority}\n{intake.Reference}",
            }
        );
        if (kind == LegalKind.Emergency)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "legal_emergency",
                    AlarmSeverity.Page,
                    "An authority asks for an emergency disclosure. Call it back under a number of your own, then "
                        + "decide."
                )
                {
                    About = request.Id.ToString(),
                }
            );
        }
        return await LegalView.ReadAsync(tx, request.Id);
    }

    private static LegalContact ContactOf(LegalContact? contact) =>
        new()
        {
            Name = Given.Optional(contact?.Name, LegalLimits.NameCharacters, "contact.name"),
            Phone = Given.Optional(contact?.Phone, LegalLimits.NameCharacters, "contact.phone"),
            Email = Given.Optional(contact?.Email, LegalLimits.NameCharacters, "contact.email"),
        };

    private static LegalRequest RequestOf(Tx tx, LegalKind kind, TakenRequest wanted)
    {
        var received = wanted.ReceivedAt ?? tx.Now;
        if (received > tx.Now + Skew || received < tx.Now - LegalLimits.OldestArrival)
        {
            throw ProblemException.BadRequest("bad_received_at", "'receivedAt' is a time of the last year.");
        }
        var deadline = wanted.Deadline ?? received + LegalLimits.TimeFor(kind);
        if (deadline <= received || deadline > received + LegalLimits.LatestDeadline)
        {
            throw ProblemException.BadRequest(
                "bad_deadline",
                "'deadline' is a time within two years after 'receivedAt'."
            );
        }
        if (wanted.From >= wanted.To)
        {
            throw ProblemException.BadRequest("bad_range", "'from' is before 'to'.");
        }
        if (wanted.NondisclosureUntil is { } until && (!wanted.Nondisclosure || until <= tx.Now))
        {
            throw ProblemException.BadRequest(
                "bad_nondisclosure",
                "'nondisclosureUntil' is a time ahead, with 'nondisclosure': true."
            );
        }
        return new LegalRequest
        {
            Id = tx.NewId(),
            Kind = kind,
            Country = Given.Country(wanted.Country, "country"),
            ReceivedAt = received,
            RecordedAt = tx.Now,
            Deadline = deadline,
            RangeFrom = wanted.From,
            RangeTo = wanted.To,
            IsSecret = wanted.Nondisclosure,
            SecretUntil = wanted.NondisclosureUntil,
            HoldUntil = kind == LegalKind.PreservationLetter ? tx.Now + LegalLimits.LetterLife : null,
        };
    }

    private static Task<int> InsertAsync(Tx tx, LegalRequest request, LegalIntake intake, byte[] digest) =>
        tx.ExecuteAsync(
            """
            insert into legal_request (tenant, id, kind, state, state_since, owner, country, reference_digest,
                duplicate_of, intake, received_at, recorded_at, recorded_by, deadline, range_from, range_to,
                is_secret, secret_until, hold_until)
            values (@tenant, @Id, @kind, 'Received', @now, @owner, @Country, @digest,
                (select e.id from legal_request e where e.tenant = @tenant
                    and e.reference_digest = @digest order by e.recorded_at, e.id limit 1),
                @intake, @ReceivedAt, @now, @me, @Deadline, @RangeFrom, @RangeTo, @IsSecret, @SecretUntil, @HoldUntil)
            """,
            new
            {
                request.Id,
                kind = request.Kind.ToString(),
                now = tx.Now,
                owner = LegalMoves.OwnerOf(LegalState.Received),
                request.Country,
                digest,
                intake = LegalSecrets.Seal(tx, intake, request.Id),
                request.ReceivedAt,
                me = tx.Actor.Name,
                request.Deadline,
                request.RangeFrom,
                request.RangeTo,
                request.IsSecret,
                request.SecretUntil,
                request.HoldUntil,
            }
        );
}
