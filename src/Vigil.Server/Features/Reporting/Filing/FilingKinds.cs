using Vigil.Server.Features.Reporting.Drafting;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>Which reports are delivered by calls; packages go by hand.</summary>
internal static class FilingKinds
{
    /// <summary>Code of the CyberTipline's destination.</summary>
    public const string CyberTip = CyberTipDestination.DestinationCode;

    /// <summary>Null: a person hands it over, or the destination is not known here.</summary>
    public static DeliveryKind? Of(string destination) =>
        AllDestinations.Find(destination)?.Kind is { } kind and not DeliveryKind.Package ? kind : null;
}
