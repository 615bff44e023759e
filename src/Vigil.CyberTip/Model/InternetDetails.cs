using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>Where it happened: exactly one of these.</summary>
[Choice]
public sealed record InternetDetails : ReportPart
{
    /// <summary>On a web page.</summary>
    [Wire]
    public WebPageIncident? WebPageIncident { get; init; }

    /// <summary>By e-mail.</summary>
    [Wire]
    public EmailIncident? EmailIncident { get; init; }

    /// <summary>In a newsgroup.</summary>
    [Wire]
    public NewsgroupIncident? NewsgroupIncident { get; init; }

    /// <summary>In a chat or by messages.</summary>
    [Wire]
    public ChatImIncident? ChatImIncident { get; init; }

    /// <summary>In a game.</summary>
    [Wire]
    public OnlineGamingIncident? OnlineGamingIncident { get; init; }

    /// <summary>By mobile telephone.</summary>
    [Wire]
    public CellPhoneIncident? CellPhoneIncident { get; init; }

    /// <summary>Not on the internet.</summary>
    [Wire]
    public NonInternetIncident? NonInternetIncident { get; init; }

    /// <summary>In a network of peers.</summary>
    [Wire(Name = "peer2peerIncident")]
    public PeerToPeerIncident? PeerToPeerIncident { get; init; }
}

/// <summary>On a web page.</summary>
public sealed record WebPageIncident : ReportPart
{
    /// <summary>Another company hosts it.</summary>
    [Wire(IsAttribute = true)]
    public bool? ThirdPartyHostedContent { get; init; }

    /// <summary>URLs of at most 2,083 characters.</summary>
    [Wire(MaxLength = 2083, Form = TextForm.Url)]
    public ValueList<string> Url { get; init; } = [];

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>By e-mail.</summary>
public sealed record EmailIncident : ReportPart
{
    /// <summary>Each must also be an address of somebody in the report.</summary>
    [Wire]
    public ValueList<Email> EmailAddress { get; init; } = [];

    /// <summary>What was written.</summary>
    [Wire]
    public string? Content { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>In a newsgroup.</summary>
public sealed record NewsgroupIncident : ReportPart
{
    /// <summary>Its name. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? Name { get; init; }

    /// <summary>Each must also be an address of somebody in the report.</summary>
    [Wire]
    public ValueList<Email> EmailAddress { get; init; } = [];

    /// <summary>What was written.</summary>
    [Wire]
    public string? Content { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>In a chat or by messages.</summary>
public sealed record ChatImIncident : ReportPart
{
    /// <summary>The program. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? ChatClient { get; init; }

    /// <summary>The room. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? ChatRoomName { get; init; }

    /// <summary>What was written. Long talks are better sent as a supplemental file.</summary>
    [Wire]
    public string? Content { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>In a game.</summary>
public sealed record OnlineGamingIncident : ReportPart
{
    /// <summary>Its name. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? GameName { get; init; }

    /// <summary>The machine. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? Console { get; init; }

    /// <summary>What was written.</summary>
    [Wire]
    public string? Content { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>By mobile telephone.</summary>
public sealed record CellPhoneIncident : ReportPart
{
    /// <summary>Its number.</summary>
    [Wire]
    public Phone? PhoneNumber { get; init; }

    /// <summary>Degrees north, -90 to 90.</summary>
    [Wire(Min = -90, Max = 90)]
    public double? Latitude { get; init; }

    /// <summary>Degrees east, -180 to 180.</summary>
    [Wire(Min = -180, Max = 180)]
    public double? Longitude { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>Not on the internet.</summary>
public sealed record NonInternetIncident : ReportPart
{
    /// <summary>Name of the place. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? LocationName { get; init; }

    /// <summary>Where it is.</summary>
    [Wire]
    public ValueList<Address> IncidentAddress { get; init; } = [];

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>In a network of peers.</summary>
public sealed record PeerToPeerIncident : ReportPart
{
    /// <summary>The program. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? Client { get; init; }

    /// <summary>Addresses that were seen.</summary>
    [Wire]
    public ValueList<IpCaptureEvent> IpCaptureEvent { get; init; } = [];

    /// <summary>Names of the files.</summary>
    [Wire]
    public string? FileNames { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}
