using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// An old content that a retro-hunt found: looked up, judged and written as a scan of today, but by the entries alone
/// that the hunt is about. What runs in shadow is not counted among scans; the hunt counts it.
/// </summary>
internal sealed class DecideHunted(ScanIndex index, ShadowLog shadows, TimeProvider time)
{
    /// <summary>Which state of the lists scans look at now.</summary>
    public Task<ListsInForce> InForceAsync(Tx tx) => Task.FromResult(new ListsInForce(Take(tx)?.Generation));

    public async Task<HuntedDecision> HandleAsync(Tx tx, HuntedContent hunted)
    {
        if (Take(tx) is not { } state || state.Generation < hunted.ListGeneration)
        {
            return new HuntedDecision(HuntedOutcome.NotYet);
        }
        var (facts, now) = (ScannedFacts.ToFacts(hunted.Content), time.GetUtcNow());
        var matches = state
            .Find(facts, now, tx.Cancellation)
            .Where(match => hunted.Hunts(KeyOf(match)))
            .ToList();
        if (matches.Count == 0)
        {
            return new HuntedDecision(HuntedOutcome.Nothing);
        }
        var known = await KnownAsync(tx, hunted.Content.ScanId);
        matches.RemoveAll(match => known.Contains(KeyOf(match)));
        if (matches.Count == 0)
        {
            return new HuntedDecision(HuntedOutcome.Known);
        }
        // With what a person here saw of an equal file.
        var judged =
            KnownHere.MayChange(matches, facts) && state.BlindOf(facts) is { } sha256
                ? await KnownHere.ApplyAsync(tx, matches, facts, sha256)
                : matches;
        return await JudgeAsync(tx, hunted, facts, state, judged);
    }

    private async Task<HuntedDecision> JudgeAsync(
        Tx tx,
        HuntedContent hunted,
        ScanFacts facts,
        Snapshot state,
        IReadOnlyList<MatchFact> matches
    )
    {
        var content = hunted.Content;
        var where = new Situation(content.Surface, content.Jurisdiction);
        var verdict = PolicyRules.Decide(state.Policy.Document, where, matches);
        if (verdict.Outcome == Outcome.None)
        {
            return new HuntedDecision(HuntedOutcome.Shadow) { Entries = EntriesOf(verdict) };
        }
        if (!hunted.MayDecide)
        {
            return new HuntedDecision(HuntedOutcome.TooMany);
        }
        var suppression = state.SuppressionOf(facts, time.GetUtcNow());
        if (suppression is not null && !shadows.Suppress(tx.Tenant, suppression))
        {
            return new HuntedDecision(HuntedOutcome.Suppressed);
        }
        var subject = new ScanSubject
        {
            ScanId = tx.NewId(),
            Surface = content.Surface,
            Jurisdiction = content.Jurisdiction,
            Account = content.Account,
            ContentRef = content.ContentRef,
        };
        var made = new NewDecision
        {
            Subject = subject,
            Verdict = verdict,
            // A sample of what is suppressed: a person looks, nothing is blocked.
            Outcome = suppression is null ? verdict.Outcome : Outcome.Review,
            Why = WhyRecord.Of(verdict, subject, facts, suppression?.Id) with
            {
                Hunt = new HuntedWhy(hunted.HuntId, content.ScanId, content.At, content.ListGeneration),
            },
            PolicyVersion = state.Policy.Version,
            ListGeneration = state.Generation,
            Sha256 = state.BlindOf(facts),
        };
        var decision = await Decider.WriteAsync(tx, made, inTransaction: null);
        return new HuntedDecision(HuntedOutcome.Decided)
        {
            DecisionId = decision.ScanId,
            CaseRef = decision.CaseRef,
            Entries = EntriesOf(verdict),
        };
    }

    private Snapshot? Take(Tx tx)
    {
        try
        {
            return index.Take(tx.Tenant);
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    /// <summary>Entries that a decision of the scan itself rests on.</summary>
    private static async Task<HashSet<EntryKey>> KnownAsync(Tx tx, Guid scanId) =>
        [
            .. (
                await tx.QueryAsync<Row>(
                    """
                    select e.list_id, e.entry_id from decision_entry e
                    join decision d on d.tenant = e.tenant and d.id = e.decision_id
                    where e.tenant = @tenant and e.decision_id = @scanId and not d.is_shadow
                    """,
                    new { scanId }
                )
            ).Select(row => new EntryKey(row.ListId, row.EntryId)),
        ];

    private static EntryKey KeyOf(MatchFact match) => new(match.ListId, match.EntryId);

    private static IReadOnlyList<(EntryKey, int?)> EntriesOf(Verdict verdict) =>
        [
            .. verdict
                .Findings.Where(finding => finding.Answer != Outcome.None || verdict.Outcome == Outcome.None)
                .Select(finding => (KeyOf(finding.Fact), finding.Fact.DistanceBits))
                .Distinct(),
        ];

    private sealed class Row
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
    }
}
