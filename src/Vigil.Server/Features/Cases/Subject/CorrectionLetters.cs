using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <param name="Whom">In words; the same words are the same recipient.</param>
internal sealed record Letter(CorrectionKind Kind, string Whom, string Text);

/// <summary>
/// What a finding of "not CSAM" makes untrue, for each who was told: only of the items that it is about, and with what
/// else of the case stands.
/// </summary>
internal static class CorrectionLetters
{
    /// <param name="tx">Of the decision that leaves.</param>
    /// <param name="file">The case.</param>
    /// <param name="cleared">The items that it found to be no CSAM.</param>
    /// <param name="told">Lists whose source is told by its channel.</param>
    public static async Task<IReadOnlyList<Letter>> OfAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> cleared,
        IReadOnlySet<Guid> told
    )
    {
        var all = await CaseItem.OfAsync(tx, file.Id);
        IEnumerable<Letter> letters =
        [
            .. await OfListsAsync(tx, file, cleared, told),
            .. await OfReportsAsync(tx, file, cleared, all),
            .. OfNotices(tx, file, cleared, all),
            .. await OfUsersAsync(tx, file, all),
        ];
        return [.. letters.DistinctBy(letter => (letter.Kind, letter.Whom))];
    }

    private static async Task<IEnumerable<Letter>> OfListsAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> cleared,
        IReadOnlySet<Guid> told
    )
    {
        var decisions = cleared.Select(item => item.DecisionId).OfType<Guid>().ToList();
        if (decisions.Count == 0 || !tx.IsAnswered<DecisionFactsWanted>())
        {
            return [];
        }
        var facts = await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted(decisions));
        return facts
            .Facts.SelectMany(fact => fact.Matches)
            .DistinctBy(match => match.ListId)
            .Where(match => !told.Contains(match.ListId))
            .Select(match => new Letter(
                CorrectionKind.ListSource,
                $"the source of the list “{match.List}”",
                $"A person here looked at content that an entry of your list found ({match.Strength}) and judged that "
                    + $"it is not child sexual abuse material. Our reference is {file.Ref}. We have set the entry "
                    + "aside here and ask you to check it. Which entry, we name by the way that we agreed on."
            ));
    }

    /// <summary>What was never confirmed was never reported.</summary>
    private static async Task<IEnumerable<Letter>> OfReportsAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> cleared,
        IReadOnlyList<CaseItem> all
    )
    {
        if (cleared.All(item => item.KnownAt is null) || !tx.IsAnswered<CaseReportsWanted>())
        {
            return [];
        }
        var reports = await tx.AskAsync<CaseReportsWanted, CaseReports>(
            new CaseReportsWanted(new CaseRef(file.Ref))
        );
        var text = OfReport(file.Ref, [.. all.Where(item => item.KnownAt is not null)]);
        return reports.Recipients.Select(recipient => new Letter(
            CorrectionKind.ReportRecipient,
            recipient,
            text
        ));
    }

    /// <param name="reference">Of the case.</param>
    /// <param name="known">Its items that a person confirmed at some time: what a report may name.</param>
    private static string OfReport(string reference, IReadOnlyList<CaseItem> known)
    {
        var wrong = known.Count(item => item.State == ItemState.NotCsam);
        if (wrong == known.Count)
        {
            return $"What we reported under {reference} was looked at again: a person here judged that it is not "
                + "child sexual abuse material. Please correct your record, and tell whom you told.";
        }
        var stand = known.Count(item => item.State == ItemState.Confirmed);
        return $"Of {known.Count} items that we confirmed under {reference}, {wrong} turned out otherwise: a "
            + "person here looked again and judged that they are not child sexual abuse material. "
            + $"{stand} stand as they are, and {known.Count - wrong - stand} are being looked at again. "
            + "Which is which, we name by the way that we agreed on. Please correct your record of what is not, and "
            + "tell whom you told.";
    }

    private static IEnumerable<Letter> OfNotices(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> cleared,
        IReadOnlyList<CaseItem> all
    )
    {
        var others = all.Where(item => item.State != ItemState.NotCsam)
            .Select(item => SenderOf(tx, item))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return cleared
            .Select(item => SenderOf(tx, item))
            .OfType<string>()
            .Select(sender => new Letter(
                CorrectionKind.NoticeSender,
                sender,
                others.Contains(sender)
                    ? $"You told us of content (our reference {file.Ref}). A person here judged that a part of it is "
                        + "not child sexual abuse material; the rest stands, or is being looked at. If you see it "
                        + "otherwise, please tell us why."
                    : $"You told us of content (our reference {file.Ref}). A person here judged that it is not child "
                        + "sexual abuse material. If you see it otherwise, please tell us why."
            ));
    }

    private static string? SenderOf(Tx tx, CaseItem item) =>
        Notice.Of(Sealed.Open(tx, item.Notice, item.Id)) is { } notice
            ? $"{notice.From} {notice.Reference}".Trim()
            : null;

    /// <summary>Only where nothing of the case holds an action up any more, and of what was taken back.</summary>
    private static async Task<IEnumerable<Letter>> OfUsersAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<CaseItem> all
    ) =>
        all.Any(TakeBackGroundless.HoldsUp)
            ? []
            : (await AccountAction.OfCaseAsync(tx, file.Id))
                .Where(action => action is { ToldAt: not null, IsActive: false })
                .Select(action => new Letter(
                    CorrectionKind.User,
                    $"action {action.Id}",
                    "We looked again at what we told you about, and found that we were wrong. What we did is taken "
                        + "back. We are sorry."
                ));
}
