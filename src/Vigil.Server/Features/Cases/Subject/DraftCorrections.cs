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

public sealed record CorrectionsAnswer(IReadOnlyList<CorrectionView> Corrections);

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

    public static async Task RunAsync(Tx tx, CaseFile file, IReadOnlyList<Guid> decisions)
    {
        var drafts = new List<(CorrectionKind, string Whom, string Text)>();
        var told = await SourceOpinions.LeaveAsync(tx, file.Id, decisions, OpinionWord.FalsePositive);
        drafts.AddRange(await OfListsAsync(tx, file, decisions, told));
        drafts.AddRange(await OfReportsAsync(tx, file));
        drafts.AddRange(await OfNoticesAsync(tx, file));
        drafts.AddRange(
            (await AccountAction.OfCaseAsync(tx, file.Id))
                .Where(action => action is { ToldAt: not null, IsActive: false })
                .Select(action =>
                    (
                        CorrectionKind.User,
                        $"action {action.Id}",
                        "We looked again at what we told you about, and found that we were wrong. What we did is "
                            + "taken back. We "
                            + "are sorry."
                    )
                )
        );
        foreach (var (kind, whom, text) in drafts.Take(Most))
        {
            await InsertAsync(tx, file.Id, kind, whom, text);
        }
        if (drafts.Count > 0)
        {
            await CaseTimeline.AddAsync(
                tx,
                file.Id,
                "corrections_drafted",
                $"{Math.Min(drafts.Count, Most)}"
            );
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
            CorrectionKind.ListSource,
            $"the source of the list {row.ListId}",
            text
        );
    }

    public static async Task<CorrectionsAnswer> ListAsync(Tx tx)
    {
        var seen = await tx.QueryAsync<Row>(
            $"""
            select c.id, f.ref, c.kind, c.whom, c.words, c.state, c.drafted_at from case_correction c
            join case_file f on f.tenant = c.tenant and f.id = c.case_id
            where c.tenant = @tenant and c.state = 'Draft' and {tx.SeesCase("f.ref")}
            order by c.drafted_at, c.id limit @most
            """,
            new { most = CaseLimits.PageRows }
        );
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
        ]);
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

    private static async Task<IEnumerable<(CorrectionKind, string, string)>> OfListsAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<Guid> decisions,
        IReadOnlySet<Guid> told
    )
    {
        if (decisions.Count == 0 || !tx.IsAnswered<DecisionFactsWanted>())
        {
            return [];
        }
        var facts = await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted(decisions));
        return facts
            .Facts.SelectMany(fact => fact.Matches)
            .DistinctBy(match => match.ListId)
            .Where(match => !told.Contains(match.ListId))
            .Select(match =>
                (
                    CorrectionKind.ListSource,
                    $"the source of the list “{match.List}”",
                    $"A person here looked at content that an entry of your list found ({match.Strength}) and "
                        + "judged that it is "
                        + $"not child sexual abuse material. Our reference is {file.Ref}. We have set the entry "
                        + "aside here and ask "
                        + "you to check it. Which entry, we name by the way that we agreed on."
                )
            );
    }

    private static async Task<IEnumerable<(CorrectionKind, string, string)>> OfReportsAsync(
        Tx tx,
        CaseFile file
    ) =>
        !tx.IsAnswered<CaseReportsWanted>()
            ? []
            : (
                await tx.AskAsync<CaseReportsWanted, CaseReports>(
                    new CaseReportsWanted(new CaseRef(file.Ref))
                )
            ).Recipients.Select(recipient =>
                (
                    CorrectionKind.ReportRecipient,
                    recipient,
                    $"What we reported under {file.Ref} was looked at again: a person here judged that it is not "
                        + "child sexual "
                        + "abuse material. Please correct your record, and tell whom you told."
                )
            );

    private static async Task<IEnumerable<(CorrectionKind, string, string)>> OfNoticesAsync(
        Tx tx,
        CaseFile file
    ) =>
        (await CaseItem.OfAsync(tx, file.Id))
            .Select(item => Notice.Of(Sealed.Open(tx, item.Notice, item.Id)))
            .OfType<Notice>()
            .DistinctBy(notice => (notice.From, notice.Reference))
            .Select(notice =>
                (
                    CorrectionKind.NoticeSender,
                    $"{notice.From} {notice.Reference}".Trim(),
                    $"You told us of content (our reference {file.Ref}). A person here judged that it is not "
                        + "child sexual abuse "
                        + "material. If you see it otherwise, please tell us why."
                )
            );

    private static Task<int> InsertAsync(Tx tx, Guid caseId, CorrectionKind kind, string whom, string text)
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
                kind = kind.ToString(),
                whom = Sealed.Seal(tx, whom, id),
                words = Sealed.Seal(tx, text, id),
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
