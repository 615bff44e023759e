using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>A person, as far as known.</summary>
public sealed record Person : ReportPart
{
    /// <summary>At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? FirstName { get; init; }

    /// <summary>At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? LastName { get; init; }

    /// <summary>Telephone numbers.</summary>
    [Wire]
    public ValueList<Phone> Phone { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    [Wire]
    public ValueList<Email> Email { get; init; } = [];

    /// <summary>Postal addresses.</summary>
    [Wire]
    public ValueList<Address> Address { get; init; } = [];

    /// <summary>Years, 0 to 150.</summary>
    [Wire(Min = 0, Max = 150)]
    public int? Age { get; init; }

    /// <summary>
    /// What was said about the age does not fit what is known. Schema of 2026; that it is yes or no is our reading.
    /// </summary>
    [Wire(Since = SchemaVersion.V2026)]
    public bool? AgeAssertionDiscrepancy { get; init; }

    /// <summary>In the past.</summary>
    [Wire(Past = true)]
    public DateOnly? DateOfBirth { get; init; }
}

/// <summary>Somebody who can be asked.</summary>
public sealed record ContactPerson : ReportPart
{
    /// <summary>At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? FirstName { get; init; }

    /// <summary>At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? LastName { get; init; }

    /// <summary>Telephone numbers.</summary>
    [Wire]
    public ValueList<Phone> Phone { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    [Wire]
    public ValueList<Email> Email { get; init; } = [];

    /// <summary>Postal addresses.</summary>
    [Wire]
    public ValueList<Address> Address { get; init; } = [];
}

/// <summary>A postal address.</summary>
public sealed record Address : ReportPart
{
    /// <summary>What it is used for.</summary>
    [Wire(IsAttribute = true)]
    public AddressType? Type { get; init; }

    /// <summary>Street and number. At most 255 characters.</summary>
    [Wire(Name = "address", MaxLength = 255)]
    public string? Street { get; init; }

    /// <summary>At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? City { get; init; }

    /// <summary>At most 20 characters.</summary>
    [Wire(MaxLength = 20)]
    public string? ZipCode { get; init; }

    /// <summary>Two letters of a US state or of DC, GU, PR, VI.</summary>
    [Wire(Form = TextForm.UsState)]
    public string? State { get; init; }

    /// <summary>State elsewhere. At most 100 characters.</summary>
    [Wire(MaxLength = 100)]
    public string? NonUsaState { get; init; }

    /// <summary>Two letters (ISO 3166-1).</summary>
    [Wire(Form = TextForm.Country)]
    public string? Country { get; init; }
}

/// <summary>An e-mail address.</summary>
public sealed record Email : ReportPart
{
    /// <summary>What it is used for.</summary>
    [Wire(IsAttribute = true)]
    public EmailType? Type { get; init; }

    /// <summary>The platform saw that it belongs to the person.</summary>
    [Wire(IsAttribute = true)]
    public bool? Verified { get; init; }

    /// <summary>When. In the past; <see cref="Verified"/> must be true.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? VerificationDate { get; init; }

    /// <summary>At most 255 characters, 64 before the at sign.</summary>
    [Wire(IsText = true, Required = true, MaxLength = 255, Form = TextForm.Email)]
    public required string Address { get; init; }
}

/// <summary>A telephone number.</summary>
public sealed record Phone : ReportPart
{
    /// <summary>What it is used for.</summary>
    [Wire(IsAttribute = true)]
    public PhoneType? Type { get; init; }

    /// <summary>The platform saw that it belongs to the person.</summary>
    [Wire(IsAttribute = true)]
    public bool? Verified { get; init; }

    /// <summary>When. In the past; <see cref="Verified"/> must be true.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? VerificationDate { get; init; }

    /// <summary>Plus and one to three digits. The number then does not begin with it.</summary>
    [Wire(IsAttribute = true, Form = TextForm.CallingCode)]
    public string? CountryCallingCode { get; init; }

    /// <summary>Up to ten digits.</summary>
    [Wire(IsAttribute = true, MaxLength = 10, Form = TextForm.Digits)]
    public string? Extension { get; init; }

    /// <summary>At most 50 characters.</summary>
    [Wire(IsText = true, Required = true, MaxLength = 50)]
    public required string Number { get; init; }
}

/// <summary>Where somebody probably is.</summary>
public sealed record EstimatedLocation : ReportPart
{
    /// <summary>The platform checked it.</summary>
    [Wire(IsAttribute = true)]
    public bool? Verified { get; init; }

    /// <summary>When. In the past.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>At most 255 characters.</summary>
    [Wire(MaxLength = 255)]
    public string? City { get; init; }

    /// <summary>At most 255 characters. In the US two letters of a state, and needed with a city.</summary>
    [Wire(MaxLength = 255)]
    public string? Region { get; init; }

    /// <summary>Two letters (ISO 3166-1). The service insists on it, its schema does not.</summary>
    [Wire(Form = TextForm.Country)]
    public string? CountryCode { get; init; }
}

/// <summary>An internet address that was seen.</summary>
public sealed record IpCaptureEvent : ReportPart
{
    /// <summary>IPv4, IPv6, or IPv4 within IPv6.</summary>
    [Wire(Required = true, Form = TextForm.IpAddress)]
    public required string IpAddress { get; init; }

    /// <summary>What happened then.</summary>
    [Wire]
    public CaptureEvent? EventName { get; init; }

    /// <summary>When. In the past.</summary>
    [Wire(Past = true)]
    public DateTimeOffset? DateTime { get; init; }

    /// <summary>It may be a proxy.</summary>
    [Wire]
    public bool? PossibleProxy { get; init; }

    /// <summary>The caller's port, 1 to 65,535: needed where many share an address.</summary>
    [Wire(Min = 1, Max = 65535)]
    public int? Port { get; init; }
}

/// <summary>A device that was seen.</summary>
public sealed record DeviceId : ReportPart
{
    /// <summary>What kind of number, such as IMEI. At most 255 characters, not blank.</summary>
    [Wire(Required = true, MaxLength = 255, NotBlank = true)]
    public required string IdType { get; init; }

    /// <summary>The number. At most 2,083 characters, not blank.</summary>
    [Wire(Required = true, MaxLength = 2083, NotBlank = true)]
    public required string IdValue { get; init; }

    /// <summary>What happened then.</summary>
    [Wire]
    public CaptureEvent? EventName { get; init; }

    /// <summary>When. In the past.</summary>
    [Wire(Past = true)]
    public DateTimeOffset? DateTime { get; init; }
}

/// <summary>The account is closed for a time.</summary>
public sealed record AccountTemporarilyDisabled : ReportPart
{
    /// <summary>When. In the past.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? DisabledDate { get; init; }

    /// <summary>The user was told.</summary>
    [Wire(IsAttribute = true)]
    public bool? UserNotified { get; init; }

    /// <summary>When the user was told. In the past, not before the account was closed.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? UserNotifiedDate { get; init; }

    /// <summary>When it was or will be opened again; after it was closed.</summary>
    [Wire(IsAttribute = true)]
    public DateTimeOffset? ReenabledDate { get; init; }

    /// <summary>It is.</summary>
    [Wire(IsText = true, Required = true)]
    public bool? Disabled { get; init; }
}

/// <summary>The account is closed for good.</summary>
public sealed record AccountPermanentlyDisabled : ReportPart
{
    /// <summary>When. In the past.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? DisabledDate { get; init; }

    /// <summary>The user was told.</summary>
    [Wire(IsAttribute = true)]
    public bool? UserNotified { get; init; }

    /// <summary>When the user was told. In the past, not before the account was closed.</summary>
    [Wire(IsAttribute = true, Past = true)]
    public DateTimeOffset? UserNotifiedDate { get; init; }

    /// <summary>It is.</summary>
    [Wire(IsText = true, Required = true)]
    public bool? Disabled { get; init; }
}
