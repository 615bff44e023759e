namespace Vigil.Server.Features.Reporting;

/// <summary>Every destination there is.</summary>
internal static class AllDestinations
{
    public static IReadOnlyList<Destination> All { get; } =
    [
        new Drafting.CyberTipDestination("cybertip", DeliveryKind.CyberTip),
        new Drafting.CyberTipDestination("package", DeliveryKind.Package),
    ];

    public static Destination? Find(string code) =>
        All.FirstOrDefault(destination => destination.Code == code);
}
