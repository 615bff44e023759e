using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>Whom a correction is for.</summary>
internal enum CorrectionKind
{
    /// <summary>Whoever keeps a list that said otherwise.</summary>
    ListSource,

    /// <summary>Whoever got a report of it.</summary>
    ReportRecipient,

    /// <summary>Who sent the notice that the case came from.</summary>
    NoticeSender,

    /// <summary>The user who was told of an action.</summary>
    User,
}

/// <param name="Nondisclosure">It is for the user, and an authority's order stands against it: it waits.</param>
public sealed record CorrectionView(
    Guid Id,
    string CaseRef,
    string Kind,
    string Whom,
    string Text,
    string State,
    DateTimeOffset DraftedAt,
    bool Nondisclosure
);

public sealed record CorrectionsAnswer(IReadOnlyList<CorrectionView> Corrections)
{
    /// <summary>That some are kept from this reader, and until when; null: none is.</summary>
    public string? Hidden { get; init; }
}

/// <summary>POST /v1/corrections/{id}.</summary>
internal sealed record CorrectionRequest
{
    /// <summary>sent or dropped.</summary>
    public string? State { get; init; }

    /// <summary>Stands in the ledger: no account, no content.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// "Not CSAM" drafts letters to whoever was told otherwise. A person sends them, by whatever way they were told. What
/// leaves by itself: the platform is told by its webhook, who keeps a list by its channel (`SourceOpinions`).
/// </summary>
internal static class DraftCorrections
{
    /// <summary>Of one decision, so that many matched lists make no flood.</summary>
    private const int Most = 50;

    /// <summary>Of one case, that are compared with what is drafted.</summary>
    private const int MostOfCase = 2_000;

    private const string Waiting = "Draft";

    /// <param name="tx">Of the decision that leaves.</param>
    /// <param name="file">The case.</param>
    /// <param name="cleared">The items that it found to be no CSAM.</param>
    public static async Task RunAsync(Tx tx, CaseFile file, IReadOnlyList<CaseItem> cleared)
    {
        var decisions = cleared.Select(item => item.DecisionId).OfType<Guid>().ToList();
        var told = await SourceOpinions.LeaveAsync(tx, file.Id, decisions, OpinionWord.FalsePositive);
        var letters = (await CorrectionLetters.OfAsync(tx, file, cleared, told)).Take(Most).ToList();
        if (letters.Count == 0)
        {
            return;
        }
        var before = await OfCaseAsync(tx, file.Id);
        var drafted = 0;
        foreach (var letter in letters)
        {
            drafted += await WriteAsync(tx, file.Id, letter, before) ? 1 : 0;
        }
        if (drafted > 0)
        {
            await CaseTimeline.AddAsync(tx, file.Id, "corrections_drafted", $"{drafted}");
        }
    }

    /// <summary>A message to who keeps a list that no program can send: a person does.</summary>
    /// <param name="tx">A writer's.</param>
    /// <param name="caseId">Its case.</param>
    /// <param name="row">What was, or was to be, told; or what is to be taken back.</param>
    /// <param name="unsent">The message that was not received; "none": it is a retraction that has no channel.</param>
    public static Task<int> OpinionAsync(Tx tx, Guid caseId, SourceOpinionRow row, string unsent)
    {
        var word = Cases.Words.NameOf(row.Opinion).Replace('_', ' ');
        var text =
            unsent == "none" || row.Retracts is not null
                ? $"We told you what we think of an entry of your list ({row.Entry.EntryId} here): {word}. We look at "
                    + "that again: please set our message aside until you hear from us."
                : $"A person here judged a match of an entry of your list ({row.Entry.EntryId} here): {word}. Our "
                    + $"message {row.Id} that said so was not received. Please check the entry.";
        return InsertAsync(
            tx,
            caseId,
            new Letter(CorrectionKind.ListSource, $"the source of the list {row.ListId}", text)
        );
    }

    public static async Task<CorrectionsAnswer> ListAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            select c.id, f.ref, c.kind, c.whom, c.words, c.state, c.drafted_at from case_correction c
            join case_file f on f.tenant = c.tenant and f.id = c.case_id
            where c.tenant = @tenant and c.state = 'Draft' and {tx.SeesCase("f.ref")}
            order by c.drafted_at, c.id limit @most
            """,
            new { most = CaseLimits.PageRows }
        );
        var hidden = await HiddenVerdicts.ReadAsync(tx, rows.Select(row => row.Ref));
        var seen = rows.Where(row => !hidden.Hides(row.Ref)).ToList();
        var mayTell = await TellUser.MayAsync(
            tx,
            seen.Where(row => row.Kind == CorrectionKind.User).Select(row => row.Ref)
        );
        return new CorrectionsAnswer([
            .. seen.Select(row => new CorrectionView(
                row.Id,
                row.Ref,
                Cases.Words.NameOf(row.Kind),
                Sealed.Open(tx, row.Whom, row.Id)!,
                Sealed.Open(tx, row.Words, row.Id)!,
                "draft",
                row.DraftedAt,
                row.Kind == CorrectionKind.User && !mayTell.Contains(row.Ref)
            )),
        ])
        {
            Hidden = BlindReading.SomeHidden(hidden.Why),
        };
    }

    public static async Task<CorrectionsAnswer> EndAsync(Tx tx, Guid id, CorrectionRequest request)
    {
        var found = await tx.FindAsync<Row>(
            """
            select f.ref, c.case_id, c.kind from case_correction c
            join case_file f on f.tenant = c.tenant and f.id = c.case_id
            where c.tenant = @tenant and c.id = @id
            """,
            new { id }
        );
        var file = await CaseActs.RequireAsync(tx, found?.Ref ?? "");
        var state = request.State is "sent" or "dropped"
            ? request.State
            : throw ProblemException.BadRequest("bad_state", "'state' is sent or dropped.");
        var reason = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), request.Reason);
        if (state == "sent" && found!.Kind == CorrectionKind.User)
        {
            await TellUser.RequireAsync(tx, found.Ref);
            await RequireTakenBackAsync(tx, found.CaseId);
        }
        var changed = await tx.ExecuteAsync(
            """
            update case_correction set state = @state, ended_at = @at, ended_by = @me
            where tenant = @tenant and id = @id and state = 'Draft'
            """,
            new
            {
                id,
                state = state == "sent" ? "Sent" : "Dropped",
                at = tx.Now,
                me = tx.Actor.Name,
            }
        );
        if (changed == 0)
        {
            throw ProblemException.NotFound("No such draft waits.");
        }
        await tx.RecordAsync(new LedgerAct($"correction.{state}", id.ToString()) { Reason = reason });
        return await ListAsync(tx);
    }

    /// <exception cref="ProblemException">The letter would say what did not happen.</exception>
    private static async Task RequireTakenBackAsync(Tx tx, Guid caseId)
    {
        if ((await AccountAction.ActiveOfAsync(tx, caseId)).Count > 0)
        {
            throw ProblemException.Conflict(
                "action_active",
                "The letter says that what was done is taken back, and an action of the case is active: take it back "
                    + "on the case's page first, or drop the letter."
            );
        }
    }

    /// <summary>
    /// Whoever has a draft that waits gets no second one: it says what is so by now. A user is told once of an action.
    /// </summary>
    /// <returns>A new one was drafted.</returns>
    private static async Task<bool> WriteAsync(Tx tx, Guid caseId, Letter letter, IReadOnlyList<Row> before)
    {
        var known = before
            .Where(row => row.Kind == letter.Kind && Sealed.Open(tx, row.Whom, row.Id) == letter.Whom)
            .ToList();
        if (known.Find(row => row.State == Waiting) is { } waiting)
        {
            await tx.ExecuteAsync(
                "update case_correction set words = @words where tenant = @tenant and id = @id",
                new { id = waiting.Id, words = Sealed.Seal(tx, letter.Text, waiting.Id) }
            );
            return false;
        }
        if (letter.Kind == CorrectionKind.User && known.Count > 0)
        {
            return false;
        }
        await InsertAsync(tx, caseId, letter);
        return true;
    }

    private static Task<IReadOnlyList<Row>> OfCaseAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<Row>(
            """
            select c.id, f.ref, c.case_id, c.kind, c.whom, c.state, c.drafted_at from case_correction c
            join case_file f on f.tenant = c.tenant and f.id = c.case_id
            where c.tenant = @tenant and c.case_id = @caseId order by c.drafted_at desc, c.id desc limit @most
            """,
            new { caseId, most = MostOfCase }
        );

    private static Task<int> InsertAsync(Tx tx, Guid caseId, Letter letter)
    {
        var id = tx.NewId();
        return tx.ExecuteAsync(
            """
            insert into case_correction (tenant, id, case_id, kind, whom, words, state, drafted_at)
            values (@tenant, @id, @caseId, @kind, @whom, @words, 'Draft', @at)
            """,
            new
            {
                id,
                caseId,
                kind = letter.Kind.ToString(),
                whom = Sealed.Seal(tx, letter.Whom, id),
                words = Sealed.Seal(tx, letter.Text, id),
                at = tx.Now,
            }
        );
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
        public Guid CaseId { get; init; }
        public CorrectionKind Kind { get; init; }
        public byte[] Whom { get; init; } = [];
        public byte[] Words { get; init; } = [];
        public string State { get; init; } = "";
        public DateTimeOffset DraftedAt { get; init; }
    }
}
