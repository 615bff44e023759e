using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// What is of a real case is written for production alone: a service's test environment is a place of its own, for
/// SAMPLE pictures, and a package goes to a recipient's real key. A demo's cases go to the simulator on its machine.
/// </summary>
internal static class RealInTest
{
    public const string Code = "real_case_in_test";

    /// <exception cref="ProblemException">A report of a real case, for the test environment.</exception>
    public static async Task RefuseAsync(
        Tx tx,
        Destination destination,
        ReportEnvironment environment,
        bool isTest
    )
    {
        if (await RefusalAsync(tx, destination.Code, environment, isTest) is { } refusal)
        {
            throw ProblemException.Conflict(Code, refusal);
        }
    }

    /// <summary>Why not, and what to do; null: it may.</summary>
    public static async Task<string?> RefusalAsync(
        Tx tx,
        string destination,
        ReportEnvironment environment,
        bool isTest
    ) =>
        environment != ReportEnvironment.Test || isTest ? null
        : AllDestinations.Find(destination)?.Kind == DeliveryKind.Package
            ? "A package goes to its recipient's real key, so one of a real case is for production alone: draft it "
                + "there, and withdraw what was written for the test environment. Packages for the test "
                + "environment are of SAMPLE pictures."
        : (await tx.AskAsync<SimulatorWanted, SimulatorTold>(new(destination, environment))).StaysHere ? null
        : "The test environment of a service is no place for a real case: draft it for production, and withdraw what "
            + "was written for the test environment. Test reports are of SAMPLE pictures.";
}
