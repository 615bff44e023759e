using Vigil.CyberTip.Service;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>Whether reports of an environment can leave now.</summary>
/// <param name="Obstacle">Why not, and what to do; null: they can.</param>
/// <param name="IsLive">Production: the first report is accepted, one person is enough.</param>
internal sealed record EnvironmentStanding(ReportEnvironment Environment, string? Obstacle, bool IsLive)
{
    /// <summary>As it is set; null: it is not.</summary>
    public FilingEnvironment? Found { get; private init; }

    /// <summary>To the first real report; of production alone.</summary>
    public IReadOnlyList<GoLiveState> Steps { get; private init; } = [];

    public const string Alarm = "filing_environment";

    public bool CanFile => Obstacle is null;

    public static async Task<EnvironmentStanding> ReadAsync(
        Tx tx,
        Outbound outbound,
        ReportEnvironment environment
    )
    {
        var found = await FilingEnvironment.FindAsync(tx, environment);
        var steps = environment == ReportEnvironment.Production ? await GoLive.ReadAsync(tx) : [];
        return new(environment, ObstacleOf(found, outbound, environment, steps), GoLive.IsLive(steps))
        {
            Found = found,
            Steps = steps,
        };
    }

    private static string? ObstacleOf(
        FilingEnvironment? found,
        Outbound outbound,
        ReportEnvironment environment,
        IReadOnlyList<GoLiveState> steps
    ) =>
        found is null ? "No address and credentials are set."
        : found.Outcome.Length == 0 ? "The credentials were not checked yet."
        : found.Outcome is nameof(AnswerClass.Credentials) ? "The service refuses the credentials."
        : found.Outcome is nameof(AnswerClass.Operator) ? "The address is wrong."
        : !found.IsChecked ? "The check had no answer: check again."
        : FilingAddress.WhyNot(environment, new Uri(found.Address)) is { } why ? why
        : !IsAllowed(outbound, found.Address)
            ? "The operator has not allowed this host (vigil serve --allow-outbound)."
        : environment == ReportEnvironment.Production && !GoLive.IsReady(steps)
            ? "Not all steps before the first real report are done."
        : null;

    private static bool IsAllowed(Outbound outbound, string address)
    {
        try
        {
            outbound.Check(new Uri(address));
            return true;
        }
        catch (OutboundException)
        {
            return false;
        }
    }
}
