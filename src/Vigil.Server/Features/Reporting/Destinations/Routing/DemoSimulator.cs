using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Asked before a report that is not of SAMPLE pictures goes to a test environment: does it stay on this machine, with
/// a demo's simulator? Answer: <see cref="SimulatorTold"/>.
/// </summary>
internal sealed record SimulatorWanted(string Destination, ReportEnvironment Environment);

/// <param name="StaysHere">No law is asked: nothing leaves this machine.</param>
internal sealed record SimulatorTold(bool StaysHere);

/// <summary>A demo shows how a case becomes a report, with simulators that listen on this machine.</summary>
internal static class DemoSimulator
{
    public static async Task<SimulatorTold> AnswerAsync(Tx tx, SimulatorWanted wanted, Profile profile) =>
        new(
            profile == Profile.Demo
                && FilingKinds.Of(wanted.Destination) is not null
                && IsHere(await AddressAsync(tx, wanted))
        );

    /// <summary>Where no address is set nothing leaves; it is asked again before the first call.</summary>
    internal static bool IsHere(Uri? address) => address is null || address.IsLoopback;

    private static async Task<Uri?> AddressAsync(Tx tx, SimulatorWanted wanted)
    {
        var address =
            wanted.Destination == FilingKinds.CyberTip
                ? (await FilingEnvironment.FindAsync(tx, wanted.Environment))?.Address
                : (await CallTargets.ListAsync(tx))
                    .FirstOrDefault(row =>
                        row.Destination == wanted.Destination && row.Environment == wanted.Environment
                    )
                    ?.Address;
        return address is null ? null : new Uri(address);
    }
}
