using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What one call sends.</summary>
/// <param name="Actor">Who files.</param>
/// <param name="Report">Whose; its environment says where to.</param>
/// <param name="Document">As it was approved.</param>
internal sealed record CallToMake(Actor Actor, ReportRow Report, byte[] Document)
{
    public override string ToString() => $"Call for report {Report.Id}";
}

/// <summary>
/// How destinations that take a report in one call are called: each says it once, while the server is built. One that
/// did not is never taken, and told by an alarm.
/// </summary>
internal sealed class CallSenders
{
    private readonly Dictionary<
        string,
        Func<CallToMake, CancellationToken, Task<CallOutcome>>
    > _byDestination = new(StringComparer.Ordinal);

    /// <param name="destination">Code of the destination.</param>
    /// <param name="sendAsync">Makes the call once, and tells what came of it; throws for nothing that it
    /// knows.</param>
    public void Add(string destination, Func<CallToMake, CancellationToken, Task<CallOutcome>> sendAsync) =>
        _byDestination.Add(destination, sendAsync);

    public Func<CallToMake, CancellationToken, Task<CallOutcome>>? Find(string destination) =>
        _byDestination.GetValueOrDefault(destination);
}
