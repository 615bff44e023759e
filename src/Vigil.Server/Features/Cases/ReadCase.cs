using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Records;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A case as a reviewer reads it: facts, no contents, no words of people.</summary>
public sealed record CaseView(
    CaseStatus Case,
    string? Account,
    IReadOnlyList<ItemView> Items,
    IReadOnlyList<FlagView> Flags,
    IReadOnlyList<EventView> Timeline
)
{
    public required WorkView Work { get; init; }

    /// <summary>What decisions rest on; empty for who may not read decisions.</summary>
    public IReadOnlyList<DecisionFact> Facts { get; init; } = [];

    /// <summary>What people call the programs that told of it, by "key:…".</summary>
    public IReadOnlyDictionary<string, string> Programs { get; init; } = new Dictionary<string, string>();

    /// <summary>Other cases of the account, newest first.</summary>
    public IReadOnlyList<EarlierCase> Earlier { get; init; } = [];

    /// <summary>Of this case and the earlier ones: what left, or may have left, newest first.</summary>
    public IReadOnlyList<AccountReport> Reports { get; init; } = [];

    /// <summary>Who saw what of its contents.</summary>
    public IReadOnlyList<SeenContent> Views { get; init; } = [];

    /// <summary>What people wrote in it, in characters; read by <see cref="ReadWords"/> alone.</summary>
    public int WordsCharacters =>
        Items.Sum(item => item.TextCharacters)
        + Flags.Sum(flag => flag.TextCharacters + flag.MessageCharacters)
        + Feedback.Sum(said => said.TextCharacters);

    /// <summary>What who was told said afterwards; none for who is still to judge alone.</summary>
    public IReadOnlyList<FeedbackView> Feedback { get; init; } = [];

    /// <summary>Contents that are kept of it.</summary>
    public int Kept { get; init; }

    /// <summary>How many of these somebody must look at before a report.</summary>
    public int MustBeSeen { get; init; }

    /// <summary>A judgement that the reader is still to make alone; null: none, and nothing is hidden.</summary>
    public OpinionWanted? Opinion { get; init; }
}

/// <summary>Who works on it, and how pressing it is.</summary>
/// <param name="MyLease">The number of the reader's own claim; null: they have none.</param>
public sealed record WorkView(
    string? ProblemType,
    int Priority,
    double AgeHours,
    string Surface,
    string Jurisdiction,
    string? AssignedTo,
    string? ClaimedBy,
    DateTimeOffset? LeaseUntil,
    long? MyLease,
    DateTimeOffset? HoldUntil,
    DateTimeOffset? DangerAt,
    string? DangerBy,
    DateTimeOffset? UndoUntil,
    bool IsPurged
);

public sealed record EarlierCase(string CaseRef, string State, string? Outcome, DateTimeOffset OpenedAt)
{
    /// <summary>The reader is still to judge something alone in it: what was decided there is not told.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>A notice from outside, as it was entered.</summary>
public sealed record NoticeView(
    string? From,
    string? Reference,
    DateTimeOffset? ReceivedAt,
    DateTimeOffset? AnswerBy
);

public sealed record ItemView(
    Guid Id,
    Guid? ScanId,
    string Origin,
    string? ContentRef,
    string Surface,
    string Jurisdiction,
    string Decision,
    string Summary,
    int TextCharacters,
    DateTimeOffset At,
    int FlagCount,
    bool NamesNoSuspect,
    string State,
    string? DecidedBy,
    DateTimeOffset? DecidedAt
)
{
    /// <summary>Of the entry that weighed most: known, exact, similar …; null: nothing matched.</summary>
    public string? Strength { get; init; }
    public bool IsExact { get; init; }
    public int? DistanceBits { get; init; }
    public NoticeView? Notice { get; init; }

    /// <summary>Null: it stands alone.</summary>
    public StackRow? Stack { get; init; }

    /// <summary>Of an open item, what a person here said of an equal file; null: nobody saw one whole.</summary>
    public EqualFileView? EqualFile { get; init; }
}

/// <summary>An equal file was seen whole here, and decided.</summary>
/// <param name="Verdict">confirmed or not_csam.</param>
/// <param name="CaseRef">Null: the reader does not see that case.</param>
public sealed record EqualFileView(string Verdict, DateTimeOffset At, string? CaseRef);

/// <summary>That a user said something; what they said takes a look of its own.</summary>
/// <param name="TextCharacters">Of their own words; 0: there are none.</param>
/// <param name="Messages">Of the conversation that they handed in.</param>
/// <param name="FirstMessageAt">As far as the platform told times.</param>
public sealed record FlagView(
    Guid Id,
    Guid ItemId,
    string Reason,
    string? Reporter,
    int TextCharacters,
    int Messages,
    int MessageCharacters,
    DateTimeOffset? FirstMessageAt,
    DateTimeOffset? LastMessageAt,
    int Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt
)
{
    /// <summary>No flag of its own: <c>Count</c> more of this reason came, whose words are not kept here.</summary>
    public bool IsSum { get; init; }
}

public sealed record EventView(DateTimeOffset At, string Actor, string What, string? Text);

/// <summary>GET /v1/cases/{ref}/file and the case page.</summary>
internal static class ReadCase
{
    /// <summary>Flags shown, the newest; each item has the count of all.</summary>
    public const int FlagsShown = 100;
    private const int EarlierShown = 50;

    /// <param name="tx">Of the read.</param>
    /// <param name="reference">The case.</param>
    /// <param name="person">Who reads, of whom a program names; null: the actor.</param>
    public static async Task<CaseView> RunAsync(Tx tx, string reference, string? person = null)
    {
        var me = DecidingPerson.ReaderOf(tx, person);
        var file = await CaseActs.RequireAsync(tx, reference);
        var view = await OtherCases.OfAsync(tx, await WholeAsync(tx, file, me));
        return await BlindViews.OfAsync(tx, file, view, me);
    }

    private static async Task<CaseView> WholeAsync(Tx tx, CaseFile file, string me)
    {
        var items = await CaseItem.OfAsync(tx, file.Id);
        var flags = await CaseFlag.OfCaseAsync(tx, file.Id);
        var timeline = await CaseTimeline.ReadAsync(tx, file.Id);
        var stacks = await CaseStacks.OfCaseAsync(tx, file.Id);
        var standings = tx.IsAnswered<ContentStandingsWanted>()
            ? await tx.AskAsync<ContentStandingsWanted, ContentStandings>(
                new ContentStandingsWanted(new CaseRef(file.Ref))
            )
            : new ContentStandings([]);
        var others = await EarlierAsync(tx, file);
        var hidden = await BlindReading.HiddenAsync(tx, others.Select(other => other.CaseRef), me);
        var earlier = others
            .Select(other => hidden.ContainsKey(other.CaseRef) ? BlindViews.Hide(other) : other)
            .ToList();
        var equal = await EqualAsync(tx, file, items, me);
        return new CaseView(
            CaseStatus.Of(file),
            Sealed.Open(tx, file.Account, file.Id),
            [
                .. items.Select(item =>
                    ViewOf(tx, item, stacks) with
                    {
                        EqualFile = equal.GetValueOrDefault(item.Id),
                    }
                ),
            ],
            [.. flags.Select(flag => flag.ToView(tx))],
            [
                .. timeline.Select(line => new EventView(
                    line.At,
                    line.Actor,
                    line.What,
                    CaseFeedback.LineOf(line.What, Sealed.Open(tx, line.Words, line.Id))
                )),
            ]
        )
        {
            Work = WorkOf(tx, file),
            Facts = await FactsAsync(tx, items),
            Programs = await DecidingPerson.ProgramsAsync(tx, timeline.Select(line => line.Actor)),
            Earlier = earlier,
            Reports = await ReportsAsync(
                tx,
                earlier.Where(other => !other.IsHidden).Select(other => other.CaseRef).Prepend(file.Ref)
            ),
            Views = tx.IsAnswered<CaseViewLogWanted>()
                ? (
                    await tx.AskAsync<CaseViewLogWanted, CaseViewLog>(
                        new CaseViewLogWanted(new CaseRef(file.Ref))
                    )
                ).Views
                : [],
            Feedback = [.. (await CaseFeedback.OfAsync(tx, file, me)).Select(said => said.ToView(tx))],
            Kept = standings.Contents.Count,
            MustBeSeen = standings.Missing,
        };
    }

    /// <summary>Who is still to judge alone in the other case is not told of it here.</summary>
    private static async Task<Dictionary<Guid, EqualFileView>> EqualAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> items,
        string me
    )
    {
        var judged = await JudgedItems.ReadAsync(tx, file);
        var equal = new Dictionary<Guid, EqualFileView>();
        var found = items
            .Where(item => judged.Of(item) is not null)
            .GroupBy(item => judged.Of(item)!.Case)
            .ToList();
        var hidden = await BlindReading.HiddenAsync(tx, found.Select(of => of.Key.Value), me);
        foreach (var of in found.Where(of => !hidden.ContainsKey(of.Key.Value)))
        {
            var named = await tx.MaySeeCaseAsync(of.Key.Value) ? of.Key.Value : null;
            foreach (var item in of)
            {
                var one = judged.Of(item)!;
                var verdict = one.IsConfirmed ? ItemState.Confirmed : ItemState.NotCsam;
                equal.Add(item.Id, new EqualFileView(Words.NameOf(verdict), one.At, named));
            }
        }
        return equal;
    }

    private static WorkView WorkOf(Tx tx, CaseFile file)
    {
        var isLive = CaseLease.IsLive(file, tx.Now);
        return new WorkView(
            file.ProblemType is { } type ? Words.NameOf(type) : null,
            file.Priority,
            Math.Round((tx.Now - file.OpenedAt).TotalHours, 1),
            file.Surface,
            file.Jurisdiction,
            file.AssignedTo,
            isLive ? file.ClaimedBy : null,
            isLive ? file.LeaseUntil : null,
            file.ClaimedBy == tx.Actor.Name ? file.LeaseEpoch : null,
            file.HoldUntil > tx.Now ? file.HoldUntil : null,
            file.DangerAt,
            file.DangerBy,
            file.LeavesAt,
            file.PurgedAt is not null
        );
    }

    /// <summary>Lists are named to those who may read decisions; others have the strength of each item.</summary>
    private static async Task<IReadOnlyList<DecisionFact>> FactsAsync(Tx tx, IReadOnlyList<CaseItem> items)
    {
        var decisions = items.Select(item => item.DecisionId).OfType<Guid>().ToList();
        return
            decisions.Count > 0
            && tx.Actor.May(Permission.DecisionRead)
            && tx.IsAnswered<DecisionFactsWanted>()
            ? await ListRecords.AddAsync(
                tx,
                (
                    await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted(decisions))
                ).Facts
            )
            : [];
    }

    private static async Task<IReadOnlyList<AccountReport>> ReportsAsync(Tx tx, IEnumerable<string> cases) =>
        tx.IsAnswered<AccountReportsWanted>()
            ? (
                await tx.AskAsync<AccountReportsWanted, AccountReports>(
                    new AccountReportsWanted([.. cases.Select(reference => new CaseRef(reference))])
                )
            ).Reports
            : [];

    public static async Task<IReadOnlyList<EarlierCase>> EarlierAsync(Tx tx, CaseFile file)
    {
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file
            where tenant = @tenant and id <> @id and gold_for is null and account_digest = (
                select account_digest from case_file where tenant = @tenant and id = @id)
              and {tx.SeesCase("case_file.ref")}
            order by opened_at desc, id limit @most
            """,
            new { id = file.Id, most = EarlierShown }
        );
        return
        [
            .. rows.Select(row => new EarlierCase(
                row.Ref,
                Words.NameOf(row.State),
                row.Outcome is { } outcome ? Words.NameOf(outcome) : null,
                row.OpenedAt
            )),
        ];
    }

    private static ItemView ViewOf(Tx tx, CaseItem item, IReadOnlyDictionary<Guid, StackRow> stacks) =>
        new(
            item.Id,
            item.DecisionId,
            Words.NameOf(item.Origin),
            Sealed.Open(tx, item.ContentRef, item.Id),
            item.Surface,
            item.Jurisdiction,
            item.Decision,
            item.Summary,
            Sealed.Open(tx, item.Words, item.Id)?.Length ?? 0,
            item.At,
            item.FlagCount,
            item.NamesNoSuspect,
            Words.NameOf(item.State),
            item.DecidedBy,
            item.DecidedAt
        )
        {
            Strength = item.Strength,
            IsExact = item.IsExact,
            DistanceBits = item.DistanceBits,
            Notice = Notice.Of(Sealed.Open(tx, item.Notice, item.Id)) is { } notice
                ? new NoticeView(notice.From, notice.Reference, notice.ReceivedAt, notice.AnswerBy)
                : null,
            Stack =
                item.EntryId is { } entry && stacks.GetValueOrDefault(entry) is { Items: > 1 } stack
                    ? stack
                    : null,
        };
}
