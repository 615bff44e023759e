namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>In which cases a duty that applies is owed a report.</summary>
internal enum DutyWhen
{
    /// <summary>In every case.</summary>
    Always,

    /// <summary>Where an address is known: a URL, or the IP address of a host.</summary>
    Address,

    /// <summary>Where an address is known, and no draft says that it is hosted where the service is.</summary>
    HostedAbroad,
}
