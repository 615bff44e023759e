using System.Diagnostics.CodeAnalysis;

namespace Vigil.CyberTip.Service;

/// <summary>Where the service is and who calls it.</summary>
public sealed record CyberTipOptions
{
    /// <summary>Where real reports go. Credentials of its own.</summary>
    public static readonly Uri Production = new("https://report.cybertip.org/ispws");

    /// <summary>Where reports are tried out and discarded. Credentials of its own.</summary>
    public static readonly Uri Test = new("https://exttest.cybertip.org/ispws");

    /// <summary>Most bytes of an answer.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>All is set by name.</summary>
    public CyberTipOptions() { }

    /// <param name="baseAddress">As <see cref="BaseAddress"/>.</param>
    /// <param name="userName">As <see cref="UserName"/>.</param>
    /// <param name="password">As <see cref="Password"/>.</param>
    [SetsRequiredMembers]
    public CyberTipOptions(Uri baseAddress, string userName, string password) =>
        (BaseAddress, UserName, Password) = (baseAddress, userName, password);

    /// <summary>Address without the name of a call. HTTPS; plain HTTP on this machine only.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>Name that NCMEC gave; no colon.</summary>
    public required string UserName { get; init; }

    /// <summary>Its password.</summary>
    public required string Password { get; init; }

    /// <summary>How long a call may take from first to last byte; an upload: how long it may stand still.</summary>
    /// <value>100 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The address; no credentials.</summary>
    public override string ToString() => $"CyberTipOptions for {BaseAddress}";

    internal static CyberTipOptions Checked(CyberTipOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var address = options.BaseAddress;
        var isSafe = address.IsAbsoluteUri && (address.Scheme == "https" || IsLocal(address));
        if (!isSafe || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            throw new ArgumentException(
                "The service's address must be https without credentials and query; http only on this machine.",
                nameof(options)
            );
        }
        var (name, password) = (options.UserName, options.Password);
        if (name.Length == 0 || name.Contains(':') || (name + password).Any(char.IsControl))
        {
            throw new ArgumentException(
                "The user name must not be empty or hold a colon; neither it nor the password control characters.",
                nameof(options)
            );
        }
        return options.Timeout > TimeSpan.Zero
            ? options
            : throw new ArgumentException("The time-out must be above zero.", nameof(options));
    }

    private static bool IsLocal(Uri address) => address.Scheme == "http" && address.IsLoopback;
}
