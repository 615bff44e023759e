using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;

namespace Vigil.Server.Features.Reporting;

/// <summary>Every destination there is.</summary>
internal static class AllDestinations
{
    public static IReadOnlyList<Destination> All { get; } =
    [
        new CyberTipDestination(),
        new GbNcaDestination(),
        new PoliceDestination(),
        new DeBkaDestination(),
        new CaC3pDestination(),
        new IccamDestination(),
    ];

    public static Destination? Find(string code) =>
        All.FirstOrDefault(destination => destination.Code == code);
}
