using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Check-ins of earlier days.</summary>
internal static class CheckInPast
{
    /// <summary>As if all of it had been a day earlier.</summary>
    public static async Task DayPassesAsync(this TestServer server)
    {
        const long day = 24 * 60 * 60 * 1000;
        await server.ExecuteAsync(
            "update viewing_worked set day = day - @day where tenant = @tenant",
            new { day }
        );
        await server.ExecuteAsync(
            """
            update viewing_check_in set at = at - @day, answered_at = answered_at - @day where tenant = @tenant
            """,
            new { day }
        );
        await server.ExecuteAsync(
            "update viewing_talk set at = at - @day, done_at = done_at - @day where tenant = @tenant",
            new { day }
        );
    }

    /// <summary>As if somebody had been asked.</summary>
    public static Task AskedAsync(
        this TestServer server,
        string viewer,
        DateTimeOffset at,
        string state = "Open"
    ) =>
        server.ExecuteAsync(
            """
            insert into viewing_check_in (tenant, id, viewer, at, cause, state)
            values (@tenant, @id, @viewer, @at, 'Days', @state)
            """,
            new
            {
                id = Guid.NewGuid(),
                viewer,
                at,
                state,
            }
        );
}
