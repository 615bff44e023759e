using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>To whom it was sent or meant.</summary>
public sealed record IntendedRecipient : ReportPart
{
    /// <summary>The person.</summary>
    [Wire]
    public Person? IntendedRecipientPerson { get; init; }

    /// <summary>The platform's own number or name for the account. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? EspIdentifier { get; init; }

    /// <summary>Which of its services. At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? EspService { get; init; }

    /// <summary>Somebody else may have used the account.</summary>
    [Wire]
    public bool? CompromisedAccount { get; init; }

    /// <summary>The name that others see and that stays. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? ScreenName { get; init; }

    /// <summary>Names shown. At most 255 characters each.</summary>
    [Wire(MaxLength = 255)]
    public ValueList<string> DisplayName { get; init; } = [];

    /// <summary>URLs of at most 2,083 characters.</summary>
    [Wire(MaxLength = 2083, Form = TextForm.Url)]
    public ValueList<string> ProfileUrl { get; init; } = [];

    /// <summary>What the profile says.</summary>
    [Wire]
    public string? ProfileBio { get; init; }

    /// <summary>Internet addresses that were seen.</summary>
    [Wire]
    public ValueList<IpCaptureEvent> IpCaptureEvent { get; init; } = [];

    /// <summary>Devices that were seen.</summary>
    [Wire]
    public ValueList<DeviceId> DeviceId { get; init; } = [];

    /// <summary>Numbers of earlier reports.</summary>
    [Wire(Name = "priorCTReports", Form = TextForm.ReportId)]
    public ValueList<long> PriorCtReports { get; init; } = [];

    /// <summary>A group the account is in. At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? GroupIdentifier { get; init; }

    /// <summary>The account is closed for a time.</summary>
    [Wire]
    public AccountTemporarilyDisabled? AccountTemporarilyDisabled { get; init; }

    /// <summary>The account is closed for good.</summary>
    [Wire]
    public AccountPermanentlyDisabled? AccountPermanentlyDisabled { get; init; }

    /// <summary>Where the person probably is.</summary>
    [Wire]
    public EstimatedLocation? EstimatedLocation { get; init; }

    /// <summary>All e-mail addresses of the account stand here.</summary>
    [Wire]
    public bool? AllEmailsReported { get; init; }

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public ValueList<string> AdditionalInfo { get; init; } = [];
}
