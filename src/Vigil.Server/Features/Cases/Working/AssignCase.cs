using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/assign and /handover.</summary>
internal sealed record AssignRequest
{
    /// <summary>A person's pseudonym, as "person:…"; left out: nobody in particular.</summary>
    public string? To { get; init; }

    /// <summary>What the next one should know; sealed.</summary>
    public string? Note { get; init; }
    public long? Lease { get; init; }
}

/// <summary>Whose case it is. Somebody with the permission gives it; who has it hands it over with a note.</summary>
internal static class AssignCase
{
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, AssignRequest request)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        RefusePractice(file);
        var to = await PersonAsync(tx, request.To, file);
        await GiveAsync(
            tx,
            file,
            to,
            "assigned",
            CaseLimits.Optional(request.Note, CaseLimits.NoteCharacters, "note")
        );
        return CaseStatus.Of(file);
    }

    public static async Task<CaseStatus> HandOverAsync(Tx tx, string reference, AssignRequest request)
    {
        var file = await CaseActs.RequireAsync(tx, reference, request.Lease);
        RefusePractice(file);
        if (file.AssignedTo is { } owner && owner != tx.Actor.Name && file.ClaimedBy != tx.Actor.Name)
        {
            throw ProblemException.Conflict(
                "not_yours",
                "This case is somebody else's: who may assign cases can give it to another."
            );
        }
        var to = await PersonAsync(tx, request.To, file);
        var note = CaseLimits.Required(request.Note, CaseLimits.NoteCharacters, "note");
        await GiveAsync(tx, file, to, "handed_over", note);
        return CaseStatus.Of(file);
    }

    /// <summary>What is not announced looks as if it went, and comes back (<see cref="Training.ComesBack"/>).</summary>
    private static void RefusePractice(CaseFile file)
    {
        if (file is { GoldFor: not null, IsTest: true })
        {
            throw ProblemException.Conflict(
                "practice_stays",
                "This is practice, and yours alone: decide it as you would decide a case. Nobody else is given it."
            );
        }
    }

    private static async Task GiveAsync(Tx tx, CaseFile file, string? to, string what, string? note)
    {
        await tx.ExecuteAsync(
            """
            update case_file set assigned_to = @to, assigned_at = @since, updated_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = file.Id,
                to,
                since = to is null ? (DateTimeOffset?)null : tx.Now,
                at = tx.Now,
            }
        );
        // Whoever worked on it learns with the next act that it is not theirs any more.
        await CaseLease.ReleaseAsync(tx, file.Id);
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            what,
            $"To {to ?? "nobody in particular"}. {note}".TrimEnd()
        );
        await tx.RecordAsync(
            new LedgerAct($"case.{what}", file.Ref)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["to"] = to ?? "nobody" },
            }
        );
    }

    /// <summary>Somebody here who may decide cases and may see this one, under the pseudonym.</summary>
    private static async Task<string?> PersonAsync(Tx tx, string? wanted, CaseFile file)
    {
        if (CaseLimits.Optional(wanted, CaseLimits.PseudonymCharacters, "to") is not { } name)
        {
            return null;
        }
        var person = CaseActs.PersonOf(name);
        var found =
            (await DecidersAsync(tx)).FirstOrDefault(one => CaseActs.PersonOf(one.Pseudonym) == person)
            ?? throw ProblemException.BadRequest(
                "unknown_person",
                "'to' is the pseudonym of an active person who may decide cases, as their account page shows it."
            );
        return (await CaseGrants.WhoSeesAsync(tx, file.Ref, [found])).Count == 1
            ? person
            : throw ProblemException.Conflict(
                "cannot_see_case",
                $"{found.Pseudonym} sees only cases that were granted, and this one is not: grant it first, or choose "
                    + "somebody else. It would be offered to nobody."
            );
    }

    /// <summary>Those who may decide this case, as they stand in timelines and in the ledger.</summary>
    public static async Task<IReadOnlyList<string>> ReviewersAsync(Tx tx, string reference) =>
        [
            .. (await CaseGrants.WhoSeesAsync(tx, reference, await DecidersAsync(tx)))
                .Select(person => CaseActs.PersonOf(person.Pseudonym))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Everybody here who may come in and decide cases, also for a while, in a colleague's place.</summary>
    public static Task<IReadOnlyList<Person>> DecidersAsync(Tx tx) => WhoMayAsync(tx, Permission.CaseDecide);

    /// <summary>The same for another permission.</summary>
    public static async Task<IReadOnlyList<Person>> WhoMayAsync(Tx tx, Permission permission) =>
        [
            .. (await StandIns.AddRolesAsync(tx, await People.ListAsync(tx))).Where(person =>
                person.State == PersonState.Active && Grants.Of(person.Roles).Contains(permission)
            ),
        ];
}
