using System.Globalization;
using System.Text.Json;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>All that a report may say of a case, in the transaction of who asks.</summary>
internal static class AnswerReportableCase
{
    /// <summary>Flags whose words are told, the oldest first.</summary>
    private const int MostFlags = 500;

    public static async Task<ReportableCase> AnswerAsync(Tx tx, ReportableCaseWanted wanted)
    {
        // A sample with a known answer is nobody's case.
        if (
            await CaseFile.FindAsync(tx, wanted.Case.Value) is not { GoldFor: null } file
            || !await tx.MaySeeCaseAsync(file.Ref)
        )
        {
            return ReportableCase.None;
        }
        var flags = (await FlagsAsync(tx, file.Id)).ToLookup(flag => flag.ItemId);
        var grades = (await Grade.OfCaseAsync(tx, file.Id)).ToLookup(grade => grade.ItemId);
        var items = new List<ReportableItem>();
        foreach (var item in await CaseItem.OfAsync(tx, file.Id))
        {
            items.Add(await ItemOfAsync(tx, item, flags[item.Id], [.. grades[item.Id]]));
        }
        var actions = await AccountAction.OfCaseAsync(tx, file.Id);
        return new ReportableCase
        {
            IsThere = true,
            State = file.State.ToString(),
            Account = Sealed.Open(tx, file.Account, file.Id),
            Jurisdiction = file.Jurisdiction,
            Surface = file.Surface,
            ProblemType = file.ProblemType?.ToString() ?? "",
            NamesNoSuspect = file.NamesNoSuspect,
            IsTest = file.IsTest,
            DangerAt = file.DangerAt,
            OpenedAt = file.OpenedAt,
            Items = items,
            OtherCases =
            [
                .. (await ReadCase.EarlierAsync(tx, file)).Select(other => new CaseRef(other.CaseRef)),
            ],
            Actions =
            [
                .. actions
                    .Reverse()
                    .Select(action => new ReportableAction(
                        Words.NameOf(action.Kind),
                        action.ActedAt,
                        action.ReversedAt,
                        action.ToldAt
                    )),
            ],
        };
    }

    private static async Task<ReportableItem> ItemOfAsync(
        Tx tx,
        CaseItem item,
        IEnumerable<FlagRow> flags,
        IReadOnlyList<Grade> grades
    )
    {
        var notice = Notice.Of(Sealed.Open(tx, item.Notice, item.Id));
        var words = flags
            .SelectMany(flag => new[] { flag.ThreadOf(tx), Sealed.Open(tx, flag.Words, flag.Id) })
            // What a colleague typed when opening a case by hand is a note, not what was found.
            .Prepend(item.Origin == CaseOrigin.Hand ? null : Sealed.Open(tx, item.Words, item.Id));
        return new ReportableItem
        {
            ItemId = item.Id,
            Origin = item.Origin,
            DecisionId = item.DecisionId,
            ContentRef = Sealed.Open(tx, item.ContentRef, item.Id),
            Surface = item.Surface,
            Jurisdiction = item.Jurisdiction,
            At = item.At,
            State = item.State.ToString(),
            DecidedBy = item.DecidedBy,
            DecidedAt = item.DecidedAt,
            KnowledgeAt = Knowledge.Of(item, notice),
            NamesNoSuspect = item.NamesNoSuspect,
            Summary = item.Summary,
            Words = [.. words.OfType<string>()],
            NoticeFrom = notice?.From,
            NoticeReference = notice?.Reference,
            NoticeReceivedAt = Knowledge.ArrivalOf(item, notice),
            Facts = await FactsAsync(tx, item.Id, grades),
        };
    }

    /// <summary>Of the grade that stands, with its codes; nothing while an opinion is awaited.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FactsAsync(
        Tx tx,
        Guid itemId,
        IReadOnlyList<Grade> grades
    )
    {
        if (
            Opinions.Standing(grades) is not { } standing
            || await Opinions.WaitingAsync(tx, itemId) is not null
        )
        {
            return new Dictionary<string, string>();
        }
        var facts = new Dictionary<string, string>(standing.Facts.ByName, StringComparer.Ordinal);
        foreach (var code in Taxonomies.Derive(standing.Facts).Where(code => code.Codes.Count == 1))
        {
            facts[$"code.{code.Taxonomy}"] = code.Text;
        }
        return facts;
    }

    private static Task<IReadOnlyList<FlagRow>> FlagsAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<FlagRow>(
            """
            select g.id, g.item_id, g.words, g.thread
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId
            order by g.first_at, g.id limit @most
            """,
            new { caseId, most = MostFlags }
        );

    private sealed class FlagRow
    {
        public Guid Id { get; init; }
        public Guid ItemId { get; init; }
        public byte[]? Words { get; init; }
        public byte[]? Thread { get; init; }

        /// <summary>A conversation as lines: when, who by the platform's pseudonym, what.</summary>
        public string? ThreadOf(Tx tx) =>
            Sealed.Open(tx, Thread, Id) is { } thread
                ? string.Join(
                    '\n',
                    JsonSerializer
                        .Deserialize<List<FlagMessage>>(thread, JsonSerializerOptions.Web)!
                        .Select(message =>
                            $"{message.At?.ToString("u", CultureInfo.InvariantCulture) ?? "(no time)"} "
                            + $"{message.From ?? "(nobody named)"}: {message.Text}"
                        )
                )
                : null;
    }
}
