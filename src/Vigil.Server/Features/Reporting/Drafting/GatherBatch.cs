using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <param name="Accounts">The report's own case's first.</param>
/// <param name="Items">By case: what is confirmed of the file, all of which is reported.</param>
internal sealed record GatheredBatch(
    IReadOnlyList<string> Accounts,
    IReadOnlyDictionary<string, IReadOnlyList<Guid>> Items
)
{
    public override string ToString() => $"Batch of {Accounts.Count} accounts";
}

/// <summary>
/// The accounts of a batched report: each of a case that a person confirmed, of the very same file. Nothing waits for a
/// batch: what is confirmed is reported now, and a batch is of what is confirmed already.
/// </summary>
internal static class GatherBatch
{
    /// <exception cref="ProblemException">A case cannot stand in this batch; the text names it.</exception>
    public static async Task<GatheredBatch> ReadAsync(
        Tx tx,
        DraftSources first,
        IReadOnlyList<CaseRef> others
    )
    {
        if (others.Count > DraftLimits.BatchCases)
        {
            throw ProblemException.BadRequest(
                "too_many",
                $"A batch has at most {DraftLimits.BatchCases} cases."
            );
        }
        var accounts = new List<string> { AccountOf(first.Case, first.CaseRef) };
        var items = new Dictionary<string, IReadOnlyList<Guid>>(StringComparer.Ordinal)
        {
            [first.CaseRef] = [.. first.Used.Select(item => item.ItemId)],
        };
        var same = await SameAsync(tx, first.CaseRef, first.Used);
        foreach (var other in others.Distinct().Where(other => other.Value != first.CaseRef))
        {
            var found = await Drafts.CaseOfAsync(tx, other);
            var used = found.IsThere ? new DraftSources { CaseRef = other.Value, Case = found }.Used : [];
            if (used.Count == 0 || found.IsTest != first.Case.IsTest)
            {
                throw Refused(
                    other,
                    "it is not there, nothing of it is confirmed, or it is of test pictures"
                );
            }
            foreach (var item in used)
            {
                // All of it: the clock of its case ends with the batch.
                if (!same.Overlaps(await SameAsync(tx, other.Value, [item])))
                {
                    throw Refused(other, "it is of another file, or of another file besides");
                }
            }
            accounts.Add(AccountOf(found, other.Value));
            items[other.Value] = [.. used.Select(item => item.ItemId)];
        }
        return new GatheredBatch(accounts, items);
    }

    /// <exception cref="ProblemException">Nobody is known, or this is no matter for a batch.</exception>
    private static string AccountOf(ReportableCase found, string reference)
    {
        if (
            new DraftSources { CaseRef = reference, Case = found }.NamesNoSuspect
            || found.DangerAt is not null
        )
        {
            throw Refused(
                new CaseRef(reference),
                "nobody is a suspect, or a child may be in danger: report it by itself"
            );
        }
        if (found.Account is not { Length: > 0 } account || BuildIncident.AddressOf(account) is not null)
        {
            throw Refused(new CaseRef(reference), "it is of no account");
        }
        return account.Length <= BuildBatch.IdentifierCharacters
            ? account
            : throw Refused(
                new CaseRef(reference),
                $"its account has over {BuildBatch.IdentifierCharacters} characters: report it by itself"
            );
    }

    /// <summary>Digests of the files, and entries that matched exactly: what makes two files the same one.</summary>
    private static async Task<HashSet<string>> SameAsync(
        Tx tx,
        string caseRef,
        IReadOnlyList<ReportableItem> used
    )
    {
        var items = used.Select(item => (Guid?)item.ItemId).ToHashSet();
        var same = (await KeptContent.OfCaseAsync(tx, caseRef))
            .Where(content => items.Contains(content.ItemId))
            .Select(content => Convert.ToHexString(content.Sha256Digest))
            .ToHashSet(StringComparer.Ordinal);
        if (!tx.IsAnswered<MatchFactsWanted>())
        {
            return same;
        }
        foreach (var decision in used.Select(item => item.DecisionId).OfType<Guid>())
        {
            var facts = await tx.AskAsync<MatchFactsWanted, MatchFacts>(new MatchFactsWanted(decision));
            // With several entries it is not said which of them is the very file.
            same.UnionWith(
                facts is { IsExact: true, Entries: [var entry] } ? [$"{entry.ListId}/{entry.EntryId}"] : []
            );
        }
        return same;
    }

    private static ProblemException Refused(CaseRef reference, string why) =>
        ProblemException.Conflict("not_in_this_batch", $"{reference} cannot stand in this batch: {why}.");
}
