package io.kantoku.controllers.workloads;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A schedule of a CronJob: five fields as crontab has them, with lists, ranges, steps and names, or one of the words with {@code @}. Times
 * that a clock change leaves out do not happen; those that it repeats happen once. Pure.
 */
final class CronSchedule {
    private static final Map<String, String> WORDS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final List<String> MONTHS =
            List.of("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final int YEARS = 5;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyDay;
    private final boolean anyWeekday;
    private final ZoneId zone;

    private CronSchedule(String[] fields, ZoneId zone) {
        minutes = field(fields[0], 0, 59, List.of());
        hours = field(fields[1], 0, 23, List.of());
        days = field(fields[2], 1, 31, List.of());
        months = field(fields[3], 1, 12, MONTHS);
        weekdays = field(fields[4], 0, 7, DAYS);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        anyDay = fields[2].startsWith("*") || fields[2].startsWith("?");
        anyWeekday = fields[4].startsWith("*") || fields[4].startsWith("?");
        this.zone = zone;
    }

    /**
     * Reads a schedule.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static CronSchedule parse(String text, ZoneId zone) {
        String stripped = text.strip();
        String spelled = WORDS.getOrDefault(stripped.toLowerCase(Locale.ROOT), stripped);
        String[] fields = spelled.split("\\s+", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException("expected exactly 5 fields, found " + fields.length + ": " + text);
        }
        return new CronSchedule(fields, zone);
    }

    private static BitSet field(String text, int least, int most, List<String> names) {
        BitSet set = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] step = part.split("/", -1);
            String[] range = step[0].split("-", -1);
            boolean all = step[0].equals("*") || step[0].equals("?");
            if (step.length > 2 || range.length > 2) {
                throw new IllegalArgumentException("too many slashes or hyphens: " + part);
            }
            int first = all ? least : number(range[0], names);
            int last = all || (range.length == 1 && step.length == 2)
                    ? most
                    : range.length == 2 ? number(range[1], names) : first;
            int by = step.length == 2 ? number(step[1], List.of()) : 1;
            if (first < least || last > most || first > last || by < 1) {
                throw new IllegalArgumentException("\"" + part + "\" is not within " + least + " to " + most);
            }
            for (int i = first; i <= last; i += by) {
                set.set(i);
            }
        }
        return set;
    }

    private static int number(String text, List<String> names) {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0 && !text.isEmpty()) {
            return named;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("failed to parse int from \"" + text + "\"", e);
        }
    }

    /** The first time after {@code instant}; empty when there is none within five years. */
    Optional<Instant> after(Instant instant) {
        LocalDateTime time = instant.atZone(zone).toLocalDateTime().truncatedTo(ChronoUnit.MINUTES);
        LocalDateTime end = time.plusYears(YEARS);
        while (time.isBefore(end)) {
            if (!months.get(time.getMonthValue())) {
                time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay();
            } else if (!day(time)) {
                time = time.toLocalDate().plusDays(1).atStartOfDay();
            } else if (!hours.get(time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.get(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                ZonedDateTime there = time.atZone(zone);
                if (there.toLocalDateTime().equals(time) && there.toInstant().isAfter(instant)) {
                    return Optional.of(there.toInstant());
                }
                time = time.plusMinutes(1);
            }
        }
        return Optional.empty();
    }

    /** With both days restricted, either will do. */
    private boolean day(LocalDateTime time) {
        boolean dayOfMonth = days.get(time.getDayOfMonth());
        boolean dayOfWeek = weekdays.get(time.getDayOfWeek().getValue() % 7);
        return (anyDay || anyWeekday) ? (dayOfMonth && dayOfWeek) : (dayOfMonth || dayOfWeek);
    }
}
