using System.Security.Cryptography;
using System.Text;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// Test and production have nothing in common by which a report made in one could be sent to the other: no address, no
/// login, no certificate. For every destination that is called.
/// </summary>
internal static class OtherEnvironment
{
    private const string Code = "same_as_other_environment";

    /// <summary>Simulators on this machine may share one.</summary>
    /// <exception cref="ProblemException">It is the other's.</exception>
    public static void RefuseAddress(Uri address, string? others)
    {
        if (address.AbsoluteUri == others && !address.IsLoopback)
        {
            throw ProblemException.BadRequest(
                Code,
                "Test and production have an address each: this is the other's. Give the one that the recipient named "
                    + "for this environment."
            );
        }
    }

    /// <summary>Name and password together; also on this machine: a relay may listen there.</summary>
    /// <exception cref="ProblemException">It is the other's.</exception>
    public static void RefuseLogin(
        (string Name, string Password) login,
        (string Name, string Password) others
    )
    {
        if (login.Name == others.Name && IsSame(login.Password, others.Password))
        {
            throw ProblemException.BadRequest(
                Code,
                "Test and production have credentials each: these are the other's. Ask the recipient for an own login "
                    + "for this environment."
            );
        }
    }

    /// <exception cref="ProblemException">It is the other's.</exception>
    public static void RefuseCertificate(string? sha256, string? others)
    {
        if (sha256 is not null && sha256 == others)
        {
            throw ProblemException.BadRequest(
                Code,
                "Test and production have a client certificate each: this is the other's. Ask the recipient for an own "
                    + "one for this environment."
            );
        }
    }

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
