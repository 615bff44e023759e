using Vigil.Server.Features.Reporting.Drafting;

namespace Vigil.Server.Features.Reporting;

/// <summary>Every destination there is.</summary>
internal static class AllDestinations
{
    public static IReadOnlyList<Destination> All { get; } = [new CyberTipDestination()];

    public static Destination? Find(string code) =>
        All.FirstOrDefault(destination => destination.Code == code);
}
