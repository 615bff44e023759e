using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>POST /v1/appeals: a user asks for an action to be looked at again; the platform hands it on.</summary>
internal sealed record AppealRequest
{
    public Guid? ActionId { get; init; }

    /// <summary>What the user says; sealed.</summary>
    public string? Text { get; init; }
}

/// <summary>POST /v1/appeals/{id}/decision.</summary>
internal sealed record AppealDecisionRequest
{
    /// <summary>upheld: the action stands; granted: it is taken back.</summary>
    public string? Outcome { get; init; }

    /// <summary>Stands in the ledger: no account, no content.</summary>
    public string? Reason { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

internal enum AppealState
{
    Open,

    /// <summary>The action stands.</summary>
    Upheld,

    /// <summary>The action was taken back.</summary>
    Granted,
}

/// <param name="TextCharacters">
/// Of what the user says, which takes a look of its own: <see cref="ReadAppealWords"/>.
/// </param>
/// <param name="MayDecide">
/// The reader, or whom a program names in "person", had no part in the case, and no order stands against it.
/// </param>
/// <param name="Nondisclosure">An authority's order stands: the user is not told how it ends, so it waits.</param>
public sealed record AppealView(
    Guid Id,
    string State,
    int TextCharacters,
    DateTimeOffset At,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    string? Reason,
    bool MayDecide,
    bool Nondisclosure,
    ActionView Action
);

public sealed record AppealsAnswer(IReadOnlyList<AppealView> Appeals);

/// <param name="State">open, upheld or granted.</param>
internal sealed record AppealStatus(Guid AppealId, string State)
{
    /// <summary>Who decided had opened what the user says; null: it is open, or nobody knows.</summary>
    public bool? WordsOpened { get; init; }
}

/// <summary>
/// Appeals against actions: for six months (Regulation (EU) 2022/2065, article 20), decided by somebody who never had a
/// part in the case; in a team of one a day later (<see cref="AppealAlone"/>). Whether they opened what the user says
/// stands beside it.
/// </summary>
internal static class Appeals
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(184);
    private const int MostOfAction = 5;

    public static async Task<AppealStatus> SubmitAsync(Tx tx, AppealRequest request)
    {
        var action = await AccountAction.RequireAsync(
            tx,
            request.ActionId ?? throw ProblemException.BadRequest("missing", "'actionId' is required.")
        );
        var text = CaseLimits.Required(request.Text, CaseLimits.NoteCharacters, "text");
        if ((action.ToldAt ?? action.ActedAt) + Life < tx.Now)
        {
            throw ProblemException.Conflict("too_late", "An action is appealed against within six months.");
        }
        var before = await tx.QueryAsync<Guid>(
            "select id from appeal where tenant = @tenant and action_id = @id and state = 'Open' limit 1",
            new { id = action.Id }
        );
        if (before.Count > 0)
        {
            await tx.RecordAsync(new LedgerAct("appeal.repeated", action.Ref));
            return new AppealStatus(before[0], "open");
        }
        var count = await tx.FindAsync<long>(
            "select count(*) from appeal where tenant = @tenant and action_id = @id",
            new { id = action.Id }
        );
        if (count >= MostOfAction)
        {
            throw ProblemException.Conflict(
                "too_many_appeals",
                "This action was looked at again often enough."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into appeal (tenant, id, action_id, state, words, at)
            values (@tenant, @id, @actionId, 'Open', @words, @at)
            """,
            new
            {
                id,
                actionId = action.Id,
                words = Sealed.Seal(tx, text, id),
                at = tx.Now,
            }
        );
        await CaseTimeline.AddAsync(tx, action.CaseId, "appealed");
        await tx.RecordAsync(new LedgerAct("appeal.made", action.Ref));
        return new AppealStatus(id, "open");
    }

    public static async Task<AppealStatus> DecideAsync(Tx tx, Guid id, AppealDecisionRequest request)
    {
        var by = DecidingPerson.Of(tx, request.Person);
        var row =
            await tx.FindAsync<Row>(
                $"select {Columns} from appeal where tenant = @tenant and id = @id and state = 'Open'",
                new { id }
            ) ?? throw ProblemException.NotFound("No such appeal is open.");
        var action = await AccountAction.RequireAsync(tx, row.ActionId);
        var outcome = Words.Parse<AppealState>(request.Outcome, "outcome");
        var file = (await CaseFile.FindAsync(tx, action.CaseId))!;
        var items = await CaseItem.OfAsync(tx, file.Id);
        var reason = CaseActs.ReasonFor(tx, file, items, request.Reason);
        if (outcome == AppealState.Open)
        {
            throw ProblemException.BadRequest("bad_outcome", "'outcome' is upheld or granted.");
        }
        var isAlone = await CaseParts.HasAsync(tx, file, by);
        if (isAlone)
        {
            await AppealAlone.RequireAsync(tx, by.Name, row.At);
        }
        // The user would learn the outcome. An action can be taken back all the same, without words.
        await TellUser.RequireAsync(tx, file.Ref);
        await tx.ExecuteAsync(
            """
            update appeal set state = @state, decided_by = @me, decided_at = @at, reason = @reason
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                state = outcome.ToString(),
                me = by.Name,
                at = tx.Now,
                reason,
            }
        );
        var opened = await IsOpenedAsync(tx, file, row, by);
        await RecordAsync(tx, by, file, (outcome, reason), opened, isAlone);
        await tx.PublishAsync(
            new OutboxEvent(
                "appeal.decided",
                file.Ref,
                new
                {
                    appealId = id,
                    actionId = action.Id,
                    caseRef = file.Ref,
                    outcome = Words.NameOf(outcome),
                }
            )
        );
        if (outcome == AppealState.Granted)
        {
            await ActOnAccount.ReverseAsync(tx, action, reason, by);
        }
        return new AppealStatus(id, Words.NameOf(outcome)) { WordsOpened = opened };
    }

    private static async Task RecordAsync(
        Tx tx,
        DecidingPerson by,
        CaseFile file,
        (AppealState Outcome, string Reason) decision,
        bool? opened,
        bool isAlone
    )
    {
        var word = Words.NameOf(decision.Outcome);
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            "appeal_decided",
            $"{word}. {decision.Reason}"
                + (opened == false ? " What the user says was not opened." : "")
                + (isAlone ? $" {AppealAlone.Line}" : ""),
            by
        );
        await tx.RecordAsync(
            by.In(
                CaseActs.Ledger(
                    "appeal.decided",
                    file,
                    decision.Reason,
                    ("outcome", word),
                    ("words", opened is { } yes ? (yes ? "opened" : "not opened") : "none"),
                    ("by", isAlone ? "the same person, in solo mode" : "another person")
                )
            )
        );
    }

    /// <returns>Null: there are none any more, or nobody keeps such records here.</returns>
    private static async Task<bool?> IsOpenedAsync(Tx tx, CaseFile file, Row row, DecidingPerson by) =>
        row.Words is null || !tx.IsAnswered<WordsSeenWanted>()
            ? null
            : (
                await tx.AskAsync<WordsSeenWanted, WordsSeen>(
                    new WordsSeenWanted(new CaseRef(file.Ref), by.Name, ReadAppealWords.About, row.At)
                )
            ).IsSeen;

    private static string Page(Tx tx, string columns) =>
        $"""
            select {columns} from appeal p
            join account_action pa on pa.tenant = p.tenant and pa.id = p.action_id
            join case_file pf on pf.tenant = pa.tenant and pf.id = pa.case_id
            where p.tenant = @tenant and {tx.SeesCase("pf.ref")}
            order by case when p.state = 'Open' then 0 else 1 end, p.at, p.id limit @most
            """;

    /// <summary>Open ones first, the oldest of them first; inside the reader's fences.</summary>
    public static async Task<AppealsAnswer> ListAsync(Tx tx, string? person = null)
    {
        var values = new { most = CaseLimits.PageRows };
        var seen = await tx.QueryAsync<Row>(
            Page(tx, "p.id, p.action_id, p.state, p.words, p.at, p.decided_by, p.decided_at, p.reason"),
            values
        );
        var actions = (
            await tx.QueryAsync<AccountAction>(
                $"""
                select {AccountAction.Columns} from account_action a
                join case_file f on f.tenant = a.tenant and f.id = a.case_id
                where a.tenant = @tenant and a.id in (select action_id from ({Page(
                    tx,
                    "p.action_id"
                )}) as page)
                """,
                values
            )
        ).ToDictionary(action => action.Id);
        var reader = DecidingPerson.ReaderOf(tx, person);
        var own = await CaseParts.OfAsync(
            tx,
            reader,
            $"""
            select a.case_id from account_action a
            where a.tenant = @tenant and a.id in (select action_id from ({Page(tx, "p.action_id")}) as page)
            """,
            values
        );
        var references = seen.Select(row => actions[row.ActionId].Ref).ToList();
        var mayTell = await TellUser.MayAsync(tx, references);
        var reported = await CaseParts.ReportedAsync(tx, reader, references);
        var aloneSince = await AppealAlone.SinceAsync(tx, reader);
        return new AppealsAnswer([
            .. seen.Select(row =>
            {
                var action = actions[row.ActionId];
                var hasPart =
                    (own.Contains(action.CaseId) || reported.Contains(action.Ref))
                    && !AppealAlone.IsRipe(aloneSince, row.At, tx.Now);
                return ViewOf(tx, row, action, hasPart, mayTell);
            }),
        ]);
    }

    private static AppealView ViewOf(
        Tx tx,
        Row row,
        AccountAction action,
        bool hasPart,
        IReadOnlySet<string> mayTell
    )
    {
        var waits = row.State == AppealState.Open && !mayTell.Contains(action.Ref);
        return new AppealView(
            row.Id,
            Words.NameOf(row.State),
            Sealed.Open(tx, row.Words, row.Id)?.Length ?? 0,
            row.At,
            row.DecidedBy,
            row.DecidedAt,
            row.Reason,
            row.State == AppealState.Open && !waits && !hasPart,
            waits,
            action.ToView(tx, mayTell)
        );
    }

    private const string Columns = "id, action_id, state, words, at, decided_by, decided_at, reason";

    private sealed class Row
    {
        public Guid Id { get; init; }
        public Guid ActionId { get; init; }
        public AppealState State { get; init; }
        public byte[]? Words { get; init; }
        public DateTimeOffset At { get; init; }
        public string? DecidedBy { get; init; }
        public DateTimeOffset? DecidedAt { get; init; }
        public string? Reason { get; init; }
    }
}
