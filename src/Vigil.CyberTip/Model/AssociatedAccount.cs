using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>Another account that belongs to the reported one.</summary>
public sealed record AssociatedAccount : ReportPart
{
    /// <summary>How it belongs.</summary>
    [Wire(IsAttribute = true, Required = true)]
    public required AssociatedAccountType Type { get; init; }

    /// <summary>Where the account is.</summary>
    [Wire]
    public AccountPlatform? Platform { get; init; }

    /// <summary>At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? FirstName { get; init; }

    /// <summary>At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? MiddleName { get; init; }

    /// <summary>At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? LastName { get; init; }

    /// <summary>Years, 0 to 150. Not together with the date of birth.</summary>
    [Wire(Min = 0, Max = 150)]
    public int? ApproximateAge { get; init; }

    /// <summary>
    /// What was said about the age does not fit what is known. Schema of 2026; that it is yes or no is our reading.
    /// </summary>
    [Wire(Since = SchemaVersion.V2026)]
    public bool? AgeAssertionDiscrepancy { get; init; }

    /// <summary>In the past. Not together with the age.</summary>
    [Wire(Past = true)]
    public DateOnly? DateOfBirth { get; init; }

    /// <summary>Telephone numbers.</summary>
    [Wire]
    public ValueList<Phone> Phone { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    [Wire]
    public ValueList<Email> Email { get; init; } = [];

    /// <summary>All e-mail addresses of the account stand here.</summary>
    [Wire]
    public bool? AllEmailsReported { get; init; }

    /// <summary>Postal addresses.</summary>
    [Wire]
    public ValueList<Address> Address { get; init; } = [];

    /// <summary>Which of its services. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? EspService { get; init; }

    /// <summary>The platform's own number or name for the account. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? EspIdentifier { get; init; }

    /// <summary>URLs of at most 2,083 characters.</summary>
    [Wire(MaxLength = 2083, Form = TextForm.Url)]
    public ValueList<string> ProfileUrl { get; init; } = [];

    /// <summary>The name that others see and that stays. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? ScreenName { get; init; }

    /// <summary>Names shown. At most 255 characters each.</summary>
    [Wire(MaxLength = 255)]
    public ValueList<string> DisplayName { get; init; } = [];

    /// <summary>What the profile says.</summary>
    [Wire]
    public string? ProfileBio { get; init; }

    /// <summary>A group the account is in. At most 256 characters.</summary>
    [Wire(MaxLength = 256)]
    public string? GroupIdentifier { get; init; }

    /// <summary>Somebody else may have used the account.</summary>
    [Wire]
    public bool? CompromisedAccount { get; init; }

    /// <summary>The account is closed for a time.</summary>
    [Wire]
    public AccountTemporarilyDisabled? AccountTemporarilyDisabled { get; init; }

    /// <summary>The account is closed for good.</summary>
    [Wire]
    public AccountPermanentlyDisabled? AccountPermanentlyDisabled { get; init; }

    /// <summary>Internet addresses that were seen.</summary>
    [Wire]
    public ValueList<IpCaptureEvent> IpCaptureEvent { get; init; } = [];

    /// <summary>Devices that were seen.</summary>
    [Wire]
    public ValueList<DeviceId> DeviceId { get; init; } = [];

    /// <summary>Numbers of earlier reports.</summary>
    [Wire(Name = "priorCTReport", Form = TextForm.ReportId)]
    public ValueList<long> PriorCtReport { get; init; } = [];

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public string? AdditionalInfo { get; init; }
}

/// <summary>Where an account is.</summary>
public sealed record AccountPlatform : ReportPart
{
    /// <summary>It is one of another company.</summary>
    [Wire(IsAttribute = true)]
    public bool? ThirdPartyUser { get; init; }

    /// <summary>Name of the platform. At most 256 characters.</summary>
    [Wire(IsText = true, Required = true, MaxLength = 256)]
    public required string Name { get; init; }
}
