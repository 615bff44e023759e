using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// From fingerprints to a decision: looks up every list, applies the policy, and where something was found
/// writes the decision, its why, the case and what the platform is told, in one transaction.
/// </summary>
internal sealed class Decider(Db db, ScanIndex index, ShadowLog shadows, TimeProvider time)
{
    /// <param name="actor">With <see cref="Permission.ScanSubmit"/>.</param>
    /// <param name="subject">The content.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="inTransaction">
    /// Runs in the decision's transaction, before its commit, when the decision is review or block (an answer is
    /// kept, a pending scan is closed). A miss, and what only a shadow would have flagged, has no transaction:
    /// it is not called then, and the caller keeps its answer itself.
    /// </param>
    /// <param name="cancellation">Ends the search; stops before the commit.</param>
    /// <exception cref="DatabaseUnavailableException">Something was found and could not be written.</exception>
    /// <exception cref="Http.ProblemException">The lists are not loaded, or too old to answer from.</exception>
    public Task<Decision> DecideAsync(
        Actor actor,
        ScanSubject subject,
        ScanFacts facts,
        Func<Tx, Decision, Task>? inTransaction = null,
        CancellationToken cancellation = default
    )
    {
        actor.Require(Permission.ScanSubmit);
        var state = index.Take(actor.Tenant);
        var matches = state.Find(facts, time.GetUtcNow(), cancellation);
        if (matches.Count == 0)
        {
            return Task.FromResult(Miss(subject, facts, state));
        }
        return KnownHere.MayChange(matches, facts)
            ? AskAndDecideAsync(actor, subject, facts, state, matches, inTransaction, cancellation)
            : DecideAsync(actor, subject, facts, state, matches, inTransaction, cancellation);
    }

    /// <summary>With what a person here saw of an equal file.</summary>
    private async Task<Decision> AskAndDecideAsync(
        Actor actor,
        ScanSubject subject,
        ScanFacts facts,
        Snapshot state,
        IReadOnlyList<MatchFact> matches,
        Func<Tx, Decision, Task>? inTransaction,
        CancellationToken cancellation
    )
    {
        var sha256 = state.BlindOf(facts)!.Value;
        var known = await db.ReadAsync(
            actor,
            Permission.ScanSubmit,
            tx => KnownHere.ApplyAsync(tx, matches, facts, sha256),
            cancellation
        );
        return await DecideAsync(actor, subject, facts, state, known, inTransaction, cancellation);
    }

    private Task<Decision> DecideAsync(
        Actor actor,
        ScanSubject subject,
        ScanFacts facts,
        Snapshot state,
        IReadOnlyList<MatchFact> matches,
        Func<Tx, Decision, Task>? inTransaction,
        CancellationToken cancellation
    )
    {
        var where = new Situation(subject.Surface, subject.Jurisdiction);
        var verdict = PolicyRules.Decide(state.Policy.Document, where, matches);
        if (verdict.WithShadows == Outcome.None)
        {
            return Task.FromResult(Miss(subject, facts, state));
        }
        var suppression = state.SuppressionOf(facts, time.GetUtcNow());
        if (suppression is not null && !shadows.Suppress(actor.Tenant, suppression))
        {
            return Task.FromResult(Miss(subject, facts, state));
        }
        shadows.Count(actor.Tenant, verdict);
        var made = new NewDecision
        {
            Subject = subject,
            Verdict = verdict,
            // A sample of what is suppressed: a person looks, nothing is blocked.
            Outcome =
                suppression is not null && verdict.Outcome == Outcome.Block
                    ? Outcome.Review
                    : verdict.Outcome,
            Why = WhyRecord.Of(verdict, subject, facts, suppression?.Id),
            PolicyVersion = state.Policy.Version,
            ListGeneration = state.Generation,
            Sha256 = state.BlindOf(facts),
        };
        if (made.IsShadow)
        {
            shadows.Keep(actor.Tenant, made);
            return Task.FromResult(Miss(subject, facts, state));
        }
        return WriteAsync(actor, made, inTransaction, cancellation);
    }

    private Task<Decision> WriteAsync(
        Actor actor,
        NewDecision made,
        Func<Tx, Decision, Task>? inTransaction,
        CancellationToken cancellation
    ) => db.WriteAsync(actor, Permission.ScanSubmit, tx => WriteAsync(tx, made, inTransaction), cancellation);

    /// <summary>The decision with all that belongs to it, in a transaction that somebody else commits.</summary>
    public static async Task<Decision> WriteAsync(
        Tx tx,
        NewDecision made,
        Func<Tx, Decision, Task>? inTransaction
    )
    {
        var subject = made.Subject;
        string? caseRef = null;
        if (tx.IsAnswered<CaseWanted>())
        {
            caseRef = (await tx.AskAsync<CaseWanted, CaseRef>(CaseOf(made))).Value;
        }
        var decision = new Decision
        {
            ScanId = subject.ScanId,
            Outcome = made.Outcome,
            CaseRef = caseRef,
            PolicyVersion = made.PolicyVersion,
            ListGeneration = made.ListGeneration,
            NamesNoSuspect = made.Verdict.NamesNoSuspect,
            IsTest = made.Verdict.IsTest,
        };
        await DecisionTable.InsertAsync(tx, made, caseRef);
        await tx.PublishAsync(
            new OutboxEvent("decision.made", subject.ScanId.ToString(), DataOf(made, caseRef))
        );
        if (made.Verdict.IsContradiction)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "contradicting_fingerprints",
                    AlarmSeverity.Urgent,
                    "Fingerprints of one entry contradict each other: one of them belongs to another file, by mistake "
                        + "or on purpose. Look at the decision and tell the list's source."
                )
            );
        }
        if (inTransaction is not null)
        {
            await inTransaction(tx, decision);
        }
        return decision;
    }

    private static Dictionary<string, object?> DataOf(NewDecision made, string? caseRef)
    {
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["scanId"] = made.Subject.ScanId,
            ["caseRef"] = caseRef,
            ["decision"] = PolicyText.Word(made.Outcome),
            ["contentRef"] = made.Subject.ContentRef,
            ["surface"] = Surfaces.NameOf(made.Subject.Surface),
            ["test"] = made.Verdict.IsTest,
        };
        if (made.Why.Hunt is { } hunt)
        {
            // The platform knows the content by its reference and by the scan that it was answered then.
            data["foundBy"] = "retro_hunt";
            data["uploadedAt"] = hunt.ScannedAt;
            data["uploadScanId"] = hunt.ScanId;
        }
        return data;
    }

    private static CaseWanted CaseOf(NewDecision made) =>
        new()
        {
            Origin = CaseOrigin.Match,
            DecisionId = made.Subject.ScanId,
            Account = made.Subject.Account,
            ContentRef = made.Subject.ContentRef,
            Surface = Surfaces.NameOf(made.Subject.Surface),
            Jurisdiction = made.Subject.Jurisdiction,
            Decision = PolicyText.Word(made.Outcome),
            Summary = PlainWords.Summary(made.Verdict) + PlainWords.FoundBy(made.Why.Hunt),
            Match = HeaviestOf(made.Verdict),
            IsTest = made.Verdict.IsTest,
            NamesNoSuspect = made.Verdict.NamesNoSuspect,
            IsContradiction = made.Verdict.IsContradiction,
        };

    private static Decision Miss(ScanSubject subject, ScanFacts facts, Snapshot state) =>
        new()
        {
            ScanId = subject.ScanId,
            Outcome = facts.NotLookedUp is null ? Outcome.None : Outcome.NotScanned,
            Code = facts.NotLookedUp,
            PolicyVersion = state.Policy.Version,
            ListGeneration = state.Generation,
        };

    private static MatchedEntry HeaviestOf(Verdict verdict)
    {
        var fact = PlainWords.Heaviest(verdict);
        return new MatchedEntry(
            new EntryKey(fact.ListId, fact.EntryId),
            PolicyText.Word(fact.Strength),
            fact.DistanceBits
        );
    }
}
